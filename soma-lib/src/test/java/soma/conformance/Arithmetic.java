package soma.conformance;

import java.util.ArrayList;
import java.util.List;
import soma.Tensor;

/** A script's operators on tensors, numbers, lists and truth values. */
final class Arithmetic {
    private Arithmetic() {}

    static boolean isTrue(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean b -> b;
            case List<?> l -> !l.isEmpty();
            case String s -> !s.isEmpty();
            default -> Arguments.number(value) != 0;
        };
    }

    static Object unary(String op, Object x) {
        return switch (op) {
            case "-" ->
                x instanceof Tensor t ? t.neg() : x instanceof Long n ? (Object) (-n) : (Object) (-Arguments.number(x));
            case "+" -> x;
            case "not" -> !isTrue(x);
            case "~" -> x instanceof Tensor t ? t.logicalNot() : !isTrue(x);
            default -> throw new IllegalArgumentException("operator " + op);
        };
    }

    static Object binary(String op, Object a, Object b) {
        if ((a == null || b == null) && (op.equals("==") || op.equals("!="))) {
            return op.equals("==") == (a == b);
        }
        if (a instanceof Tensor x) {
            return b instanceof Tensor y ? tensors(op, x, y) : tensorAndNumber(op, x, b);
        }
        if (b instanceof Tensor y) {
            return tensors(op, likeOther(a, y), y);
        }
        if (a instanceof List<?> x && op.equals("+")) {
            var joined = new ArrayList<Object>(x);
            joined.addAll(Evaluator.items(b));
            return joined;
        }
        if (a instanceof List<?> x && op.equals("*")) {
            var repeated = new ArrayList<Object>();
            for (long i = 0; i < Arguments.integer(b); i++) {
                repeated.addAll(x);
            }
            return repeated;
        }
        if (op.equals("==") || op.equals("!=")) {
            boolean same = a instanceof Number && b instanceof Number
                    ? Arguments.number(a) == Arguments.number(b)
                    : java.util.Objects.equals(a, b);
            return op.equals("==") == same;
        }
        return a instanceof Long x && b instanceof Long y
                ? longs(op, x, y)
                : doubles(op, Arguments.number(a), Arguments.number(b));
    }

    /** A number beside a tensor takes its dtype, unless it has a fraction and the tensor does not. */
    private static Tensor likeOther(Object a, Tensor other) {
        double value = Arguments.number(a);
        if (other.dtype().isFloating() || a instanceof Long && other.dtype().isInteger()) {
            return Tensor.scalar(value, other.dtype());
        }
        return a instanceof Long n ? Tensor.scalar((long) n) : Tensor.scalar(value);
    }

    private static Object tensorAndNumber(String op, Tensor x, Object b) {
        double v = Arguments.number(b);
        if (x.dtype().isFloating()) {
            return switch (op) {
                case "+" -> x.add(v);
                case "-" -> x.sub(v);
                case "*" -> x.mul(v);
                case "/" -> x.div(v);
                case "**" -> x.pow(v);
                case ">" -> x.gt(v);
                case "<" -> x.lt(v);
                default -> tensors(op, x, likeOther(b, x));
            };
        }
        return tensors(op, x, likeOther(b, x));
    }

    private static Tensor tensors(String op, Tensor x, Tensor y) {
        return switch (op) {
            case "+" -> x.add(y);
            case "-" -> x.sub(y);
            case "*" -> x.mul(y);
            case "/" -> x.div(y);
            case "//" -> x.floorDivide(y);
            case "%" -> x.remainder(y);
            case "**" -> x.pow(y);
            case "@" -> x.matmul(y);
            case "<" -> x.lt(y);
            case "<=" -> x.le(y);
            case ">" -> x.gt(y);
            case ">=" -> x.ge(y);
            case "==" -> x.eq(y);
            case "!=" -> x.ne(y);
            case "&" -> x.logicalAnd(y);
            case "|" -> x.logicalOr(y);
            case "^" -> x.logicalXor(y);
            default -> throw new IllegalArgumentException("operator " + op);
        };
    }

    private static Object longs(String op, long x, long y) {
        return switch (op) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "//" -> Math.floorDiv(x, y);
            case "%" -> Math.floorMod(x, y);
            case "**" -> y < 0 ? (Object) Math.pow(x, y) : (Object) (long) Math.pow(x, y);
            default -> doubles(op, x, y);
        };
    }

    private static Object doubles(String op, double x, double y) {
        return switch (op) {
            case "+" -> x + y;
            case "-" -> x - y;
            case "*" -> x * y;
            case "/" -> x / y;
            case "//" -> Math.floor(x / y);
            case "%" -> x - Math.floor(x / y) * y;
            case "**" -> Math.pow(x, y);
            case "<" -> x < y;
            case "<=" -> x <= y;
            case ">" -> x > y;
            case ">=" -> x >= y;
            default -> throw new IllegalArgumentException("operator " + op);
        };
    }
}
