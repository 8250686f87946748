package soma.conformance;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import soma.Tensor;

/**
 * A loss as an optimizer's case writes it, in the notation of a paper: {@code mean((tanh(X w1^T + b1) w2^T + b2 -
 * Y)^2)}. Names side by side are multiplied as matrices, a dot between them is the inner product, {@code *} goes
 * element by element.
 */
final class LossFormula {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(\\d+(?:\\.\\d+)?(?:e-?\\d+)?|[A-Za-z_]\\w*|[-+*/^.()\\[\\]:,])");

    private final List<String> tokens;
    private final Map<String, Tensor> values;
    private int at;

    private LossFormula(List<String> tokens, Map<String, Tensor> values) {
        this.tokens = tokens;
        this.values = values;
    }

    static Tensor evaluate(String formula, Map<String, Tensor> values) {
        var tokens = TOKEN.matcher(formula).results().map(m -> m.group(1)).toList();
        if (!String.join("", tokens).equals(formula.replaceAll("\\s", ""))) {
            throw new MissingOperator("notation of the loss " + formula);
        }
        var parser = new LossFormula(tokens, values);
        var loss = parser.sum();
        if (parser.at != tokens.size()) {
            throw new MissingOperator("notation of the loss " + formula);
        }
        return loss.rank() == 0 ? loss : loss.sum();
    }

    private Tensor sum() {
        var x = product();
        while (true) {
            if (take("+")) {
                x = x.add(product());
            } else if (take("-")) {
                x = x.sub(product());
            } else {
                return x;
            }
        }
    }

    private Tensor product() {
        var x = inner();
        while (true) {
            if (take("*")) {
                x = x.mul(inner());
            } else if (take("/")) {
                x = x.div(inner());
            } else {
                return x;
            }
        }
    }

    private Tensor inner() {
        var x = beside();
        while (take(".")) {
            x = x.mul(beside()).sum();
        }
        return x;
    }

    private Tensor beside() {
        var x = power();
        while (at < tokens.size()
                && (Character.isLetterOrDigit(tokens.get(at).charAt(0))
                        || tokens.get(at).equals("("))) {
            var y = power();
            x = x.rank() == 0 || y.rank() == 0 ? x.mul(y) : x.matmul(y);
        }
        return x;
    }

    private Tensor power() {
        if (take("-")) {
            return power().neg();
        }
        var x = atom();
        while (at < tokens.size()) {
            if (take("^")) {
                x = take("T") ? x.t() : x.pow(Double.parseDouble(tokens.get(at++)));
            } else if (take("[")) {
                x = part(x);
            } else {
                return x;
            }
        }
        return x;
    }

    /** [i] or [from:to]. */
    private Tensor part(Tensor x) {
        int from = take(":") ? 0 : whole();
        boolean range = tokens.get(at - 1).equals(":") || take(":");
        int to = range && !tokens.get(at).equals("]") ? whole() : Integer.MAX_VALUE;
        expect("]");
        return range ? x.slice(0, from, to) : x.select(0, from);
    }

    private int whole() {
        int sign = take("-") ? -1 : 1;
        return sign * Integer.parseInt(tokens.get(at++));
    }

    private Tensor atom() {
        var token = tokens.get(at++);
        if (token.equals("(")) {
            var x = sum();
            expect(")");
            return x;
        }
        if (Character.isDigit(token.charAt(0))) {
            return Tensor.scalar(Double.parseDouble(token));
        }
        if (values.containsKey(token)) {
            return values.get(token);
        }
        if (!take("(")) {
            throw new MissingOperator("value of " + token + " in the loss");
        }
        var x = sum();
        expect(")");
        return switch (token) {
            case "mean" -> x.mean();
            case "sum" -> x.sum();
            case "tanh" -> x.tanh();
            case "sigmoid" -> x.sigmoid();
            case "relu" -> x.relu();
            case "exp" -> x.exp();
            case "log" -> x.log();
            case "sin" -> x.sin();
            case "cos" -> x.cos();
            case "sqrt" -> x.sqrt();
            case "abs" -> x.abs();
            case "softplus" -> x.softplus();
            default -> throw new MissingOperator("function " + token + " of the loss");
        };
    }

    private boolean take(String token) {
        if (at < tokens.size() && tokens.get(at).equals(token)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String token) {
        if (!take(token)) {
            throw new MissingOperator("notation of the loss " + String.join(" ", tokens));
        }
    }
}
