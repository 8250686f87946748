package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import soma.Autodiff;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * A random expression, twice: as tensors and as the same steps on {@link Plain} arrays. Most values are whole numbers kept small
 * enough that every order of summation gives the same bits, so most nodes must agree exactly; the others carry a bound of their
 * error. What is built depends on the seed alone, never on the numbers in the leaves, so that one program can be run on many.
 */
final class RandomProgram {

    /** How large the tensors are. */
    enum Sizes {
        SMALL(30, 3_000),
        BLOCK(20, 20_000),
        LARGE(12, 400_000);

        final int steps;
        final int most;

        Sizes(int steps, int most) {
            this.steps = steps;
            this.most = most;
        }
    }

    /** What the programs are made of. */
    enum Kind {
        /** All dtypes and steps. */
        ANY,
        /** Leaves are float32, so that parameters can be set to what is computed. */
        FLOATS,
        /** Float64 and differentiable steps only. */
        SMOOTH
    }

    /**
     * A step. {@code bound}: the largest magnitude there can be. {@code error}: how far the tensor may be from the plain value.
     * {@code whole}: only whole numbers.
     */
    record Node(
            String text,
            DType dtype,
            Shape shape,
            double bound,
            double error,
            boolean whole,
            List<Integer> inputs,
            Function<List<Tensor>, Tensor> tensor,
            Function<List<Plain>, Plain> plain) {
        boolean isLeaf() {
            return inputs.isEmpty();
        }
    }

    final List<Node> nodes = new ArrayList<>();
    final List<Integer> roots = new ArrayList<>();
    private final long seed;
    private final Random random;
    private final Sizes sizes;
    private final Kind kind;
    private final Shape base;

    RandomProgram(long seed, Sizes sizes) {
        this(seed, sizes, Kind.ANY);
    }

    RandomProgram(long seed, Sizes sizes, Kind kind) {
        this.seed = seed;
        this.random = new Random(seed * 7919 + sizes.ordinal());
        this.sizes = sizes;
        this.kind = kind;
        this.base = baseShape();
        leaf(base, dtype());
        leaf(part(base), dtype());
        leaf(base, dtype());
        int count = sizes.steps / 2 + random.nextInt(sizes.steps);
        while (nodes.size() < count) {
            step();
        }
        int wanted = 1 + random.nextInt(5);
        roots.add(nodes.size() - 1);
        for (int i = 1; i < wanted; i++) {
            roots.add(random.nextInt(nodes.size()));
        }
    }

    // ---- running

    List<Plain> leaves(long dataSeed) {
        var r = new Random(dataSeed * 31 + seed);
        var out = new ArrayList<Plain>();
        for (var n : nodes) {
            if (n.isLeaf()) {
                var v = new double[n.shape.size()];
                for (int i = 0; i < v.length; i++) {
                    v[i] = switch (n.text) {
                        case "index" -> r.nextInt(2 * (int) n.bound) - n.bound;
                        case "fraction" -> (r.nextDouble() * 2 - 1) * n.bound;
                        default ->
                            n.dtype == DType.UINT8 || n.dtype == DType.BOOL
                                    ? r.nextInt((int) n.bound + 1)
                                    : r.nextInt(2 * (int) n.bound + 1) - n.bound;
                    };
                }
                out.add(Plain.of(n.dtype, n.shape, v));
            }
        }
        return out;
    }

    List<Tensor> build(List<Tensor> leaves) {
        var out = new ArrayList<Tensor>();
        int at = 0;
        for (var n : nodes) {
            out.add(
                    n.isLeaf()
                            ? leaves.get(at++)
                            : n.tensor.apply(n.inputs.stream().map(out::get).toList()));
        }
        return out;
    }

    List<Plain> expected(List<Plain> leaves) {
        var out = new ArrayList<Plain>();
        int at = 0;
        for (var n : nodes) {
            out.add(
                    n.isLeaf()
                            ? leaves.get(at++)
                            : n.plain.apply(n.inputs.stream().map(out::get).toList()));
        }
        return out;
    }

    /** What is wrong with node i's value, or the empty string. */
    String difference(int i, Tensor got, Plain want) {
        var n = nodes.get(i);
        if (got.dtype() != want.dtype() || !got.shape().equals(want.shape())) {
            return "is " + got.shape() + " " + got.dtype() + ", expected " + want.shape() + " " + want.dtype();
        }
        var v = got.toDoubleArray();
        for (int k = 0; k < v.length; k++) {
            double w = want.values()[k];
            if (!(Math.abs(v[k] - w) <= n.error) && !(Double.isNaN(v[k]) && Double.isNaN(w))) {
                return "element " + k + " is " + v[k] + ", expected " + w + " within " + n.error;
            }
        }
        return "";
    }

    /** The program as text, for the message of a failing test. */
    @Override
    public String toString() {
        var s = new StringBuilder("seed " + seed + " " + sizes + ", roots " + roots + "\n");
        for (int i = 0; i < nodes.size(); i++) {
            var n = nodes.get(i);
            s.append("%3d %s %s %s %s%n".formatted(i, n.text, n.inputs, n.shape, n.dtype));
        }
        return s.toString();
    }

    // ---- choosing

    private Shape baseShape() {
        return switch (sizes) {
            case SMALL -> {
                var d = new int[random.nextInt(5)];
                for (int i = 0; i < d.length; i++) {
                    int pick = random.nextInt(20);
                    d[i] = pick == 0 ? 0 : pick < 4 ? 1 : 2 + random.nextInt(6);
                }
                yield Shape.of(d);
            }
            case BLOCK -> {
                int n = new int[] {1023, 1024, 1025, 5000, 2048, 640}[random.nextInt(6)];
                yield switch (random.nextInt(5)) {
                    case 0 -> Shape.of(n);
                    case 1 -> Shape.of(3, n);
                    case 2 -> Shape.of(n, 2);
                    case 3 -> Shape.of(n / 64, 16, 4);
                    default -> Shape.of(1, n, 1);
                };
            }
            case LARGE -> {
                int[][] choices = {
                    {70_000},
                    {300_000},
                    {300, 1000},
                    {1000, 300},
                    {70, 1000},
                    {3, 100_000},
                    {100_000, 3},
                    {66_000, 1},
                    {40, 50, 150},
                    {2, 131_073},
                    {150, 50, 40}
                };
                yield Shape.of(choices[random.nextInt(choices.length)]);
            }
        };
    }

    private DType dtype() {
        if (kind != Kind.ANY) {
            return kind == Kind.FLOATS ? DType.FLOAT32 : DType.FLOAT64;
        }
        DType[] common = {DType.FLOAT32, DType.FLOAT32, DType.FLOAT32, DType.FLOAT64, DType.INT64, DType.BOOL};
        return random.nextInt(4) == 0 ? DType.values()[random.nextInt(9)] : common[random.nextInt(common.length)];
    }

    /** A shape that broadcasts to {@code whole}. */
    private Shape part(Shape whole) {
        if (random.nextInt(3) > 0) {
            return whole;
        }
        var d = whole.toArray();
        for (int i = 0; i < d.length; i++) {
            d[i] = random.nextInt(3) == 0 ? 1 : d[i];
        }
        return Shape.of(Arrays.copyOfRange(d, random.nextInt(d.length + 1), d.length));
    }

    private int leaf(Shape shape, DType dtype) {
        boolean fraction = dtype.isFloating() && (random.nextInt(4) == 0 || kind == Kind.SMOOTH);
        double bound = dtype == DType.BOOL || kind == Kind.SMOOTH ? 1 : 4;
        return add(new Node(
                fraction ? "fraction" : "leaf", dtype, shape, bound, 0, !fraction, List.of(), x -> null, x -> null));
    }

    private int indexLeaf(int n, int count) {
        return add(new Node("index", DType.INT64, Shape.of(count), n, 0, true, List.of(), x -> null, x -> null));
    }

    private int add(Node n) {
        nodes.add(n);
        return nodes.size() - 1;
    }

    private Node node(int i) {
        return nodes.get(i);
    }

    /** A node, the latest ones more often. */
    private int any() {
        int n = nodes.size();
        int i = random.nextBoolean() ? random.nextInt(n) : n - 1 - random.nextInt(Math.min(n, 4));
        return node(i).text.equals("index") ? any() : i;
    }

    private double unit(DType d) {
        return switch (d) {
            case FLOAT64 -> 0x1p-52;
            case FLOAT16 -> 0x1p-10;
            case BFLOAT16 -> 0x1p-7;
            default -> 0x1p-23;
        };
    }

    /** The largest magnitude up to which whole numbers are safe. */
    private static double limit(DType d) {
        return switch (d) {
            case FLOAT32, BFLOAT16, INT32 -> 0x1p22;
            case FLOAT16 -> 30_000;
            case FLOAT64, INT64 -> 0x1p40;
            case INT8, UINT8, BOOL -> Double.MAX_VALUE;
        };
    }

    /** A node of this result: whole if all inputs are and the op keeps it so; otherwise its rounding adds to the error. */
    private int result(
            String text,
            DType dtype,
            Shape shape,
            double bound,
            double error,
            boolean whole,
            List<Integer> inputs,
            Function<List<Tensor>, Tensor> tensor,
            Function<List<Plain>, Plain> plain) {
        double b = switch (dtype) {
            case INT8 -> Math.min(bound, 128);
            case UINT8 -> 255;
            case BOOL -> 1;
            default -> bound;
        };
        double e = whole ? 0 : error + unit(dtype) * b;
        if (b > limit(dtype) || shape.size() > sizes.most || e > 0.05 * Math.max(1, b)) {
            return -1;
        }
        return add(new Node(text, dtype, shape, b, e, whole, inputs, tensor, plain));
    }

    // ---- steps

    private void step() {
        switch (random.nextInt(15)) {
            case 0, 1 -> unary(any());
            case 2, 3, 4 -> binary(any());
            case 5 -> scalar(any());
            case 6 -> cast(any());
            case 7, 8 -> view(any());
            case 9, 10 -> reduce(any());
            case 11 -> product(any());
            case 12 -> join(any());
            case 13 -> where(any());
            default -> other(any());
        }
    }

    private void unary(int i) {
        var x = node(i);
        if (x.dtype == DType.BOOL) {
            result(
                    "not",
                    DType.BOOL,
                    x.shape,
                    1,
                    0,
                    true,
                    List.of(i),
                    t -> t.get(0).logicalNot(),
                    p -> p.get(0).map(DType.BOOL, v -> v == 0 ? 1 : 0));
            return;
        }
        int way = random.nextInt(x.dtype.isFloating() ? 12 : 5);
        if (kind == Kind.SMOOTH && (way == 1 || way == 2 || way == 4 || way == 11)) {
            return;
        }
        switch (way) {
            case 0 -> lane(i, "neg", x.bound, 1, true, Tensor::neg, v -> -v);
            case 1 -> lane(i, "abs", x.bound, 1, true, Tensor::abs, Math::abs);
            case 2 -> lane(i, "relu", x.bound, 1, true, Tensor::relu, v -> Math.max(v, 0));
            case 3 -> lane(i, "square", x.bound * x.bound, 2 * x.bound, true, Tensor::square, v -> v * v);
            case 4 -> {
                if (x.error == 0) {
                    lane(i, "sign", 1, 0, true, Tensor::sign, Math::signum);
                }
            }
            case 5 -> lane(i, "tanh", 1, 1, false, Tensor::tanh, Math::tanh);
            case 6 -> lane(i, "sigmoid", 1, 1, false, Tensor::sigmoid, v -> 1 / (1 + Math.exp(-v)));
            case 7 -> {
                if (x.bound < 1000) {
                    lane(i, "sin", 1, 1, false, Tensor::sin, Math::sin);
                }
            }
            case 8 -> {
                if (x.bound <= 4) {
                    lane(i, "exp", Math.exp(x.bound), Math.exp(x.bound), false, Tensor::exp, Math::exp);
                }
            }
            case 9 ->
                lane(
                        i,
                        "softplus",
                        x.bound + 1,
                        1,
                        false,
                        Tensor::softplus,
                        v -> Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
            case 10 -> lane(i, "silu", x.bound, 1.1, false, Tensor::silu, v -> v / (1 + Math.exp(-v)));
            default -> {
                if (x.error == 0) {
                    lane(i, "floor", x.bound + 1, 0, true, Tensor::floor, Math::floor);
                }
            }
        }
    }

    /** An elementwise function of one tensor; slope bounds its derivative, exact ones round as plain doubles do. */
    private void lane(
            int i,
            String name,
            double bound,
            double slope,
            boolean exact,
            Function<Tensor, Tensor> f,
            DoubleUnaryOperator g) {
        var x = node(i);
        boolean known = exact && x.error == 0 && (x.whole || slope <= 1);
        double error = known ? 0 : slope * x.error + (exact ? 0 : 8 * unit(x.dtype) * bound);
        boolean whole = exact && x.whole || name.equals("sign") || name.equals("floor");
        int made = result(
                name,
                x.dtype,
                x.shape,
                bound,
                error,
                whole,
                List.of(i),
                t -> f.apply(t.get(0)),
                p -> p.get(0).map(x.dtype, g));
        if (made >= 0 && known && !whole) {
            nodes.set(made, exactly(node(made)));
        }
    }

    private static Node exactly(Node n) {
        return new Node(n.text, n.dtype, n.shape, n.bound, 0, n.whole, n.inputs, n.tensor, n.plain);
    }

    /** A second operand whose shape broadcasts with x's, or a new leaf. */
    private int partner(Node x) {
        for (int tries = 0; tries < 6; tries++) {
            int j = any();
            if (broadcasts(x.shape, node(j).shape)) {
                return j;
            }
        }
        return leaf(part(x.shape), dtype());
    }

    private boolean broadcasts(Shape a, Shape b) {
        long n = 1;
        for (int i = 1; i <= Math.max(a.rank(), b.rank()); i++) {
            int p = i > a.rank() ? 1 : a.dim(-i);
            int q = i > b.rank() ? 1 : b.dim(-i);
            if (p != q && p != 1 && q != 1) {
                return false;
            }
            n *= p == 1 ? q : p;
        }
        return n <= sizes.most;
    }

    private void binary(int i) {
        var x = node(i);
        int j = partner(x);
        var y = node(j);
        var to = Plain.promote(x.dtype, x.shape.rank(), y.dtype, y.shape.rank());
        boolean whole = x.whole && y.whole;
        var in = List.of(i, j);
        boolean exact = x.error == 0 && y.error == 0 && inRange(x, to) && inRange(y, to);
        switch (random.nextInt(kind == Kind.SMOOTH ? 6 : 10)) {
            case 0, 1, 2 -> pair("add", in, to, x.bound + y.bound, x.error + y.error, whole, Tensor::add, Double::sum);
            case 3 -> {
                if (to != DType.BOOL) {
                    pair("sub", in, to, x.bound + y.bound, x.error + y.error, whole, Tensor::sub, (a, b) -> a - b);
                }
            }
            case 4, 5 ->
                pair(
                        "mul",
                        in,
                        to,
                        x.bound * y.bound,
                        x.bound * y.error + y.bound * x.error,
                        whole,
                        Tensor::mul,
                        (a, b) -> a * b);
            case 6 -> {
                if (to != DType.BOOL) {
                    pair(
                            "maximum",
                            in,
                            to,
                            Math.max(x.bound, y.bound),
                            Math.max(x.error, y.error),
                            whole,
                            Tensor::maximum,
                            Math::max);
                }
            }
            case 7 -> {
                if (to != DType.BOOL) {
                    pair(
                            "minimum",
                            in,
                            to,
                            Math.max(x.bound, y.bound),
                            Math.max(x.error, y.error),
                            whole,
                            Tensor::minimum,
                            Math::min);
                }
            }
            case 8 -> {
                if (exact) {
                    compare(in, to);
                }
            }
            default -> {
                if (x.error == 0 && y.error == 0) {
                    logical(in);
                }
            }
        }
    }

    /** Whether a known value stays known when converted. */
    private static boolean inRange(Node x, DType to) {
        return x.bound < limit(to) || x.dtype == to;
    }

    private void pair(
            String name,
            List<Integer> in,
            DType to,
            double bound,
            double error,
            boolean whole,
            java.util.function.BinaryOperator<Tensor> f,
            DoubleBinaryOperator g) {
        var x = node(in.get(0));
        var y = node(in.get(1));
        if (!inRange(x, to) || !inRange(y, to)) {
            return;
        }
        // rounding of the operands on the way to the common dtype
        double extra = whole || !to.isFloating()
                ? 0
                : unit(to) * (x.bound + y.bound) * Math.max(1, Math.max(x.bound, y.bound));
        result(
                name,
                to,
                Shape.broadcast(x.shape, y.shape, name),
                bound,
                error + extra,
                whole || !to.isFloating(),
                in,
                t -> f.apply(t.get(0), t.get(1)),
                p -> p.get(0).to(to).zip(p.get(1).to(to), to, g));
    }

    private void compare(List<Integer> in, DType to) {
        var shape = Shape.broadcast(node(in.get(0)).shape, node(in.get(1)).shape, "compare");
        record Way(String name, java.util.function.BinaryOperator<Tensor> f, DoubleBinaryOperator g) {}
        var ways = List.of(
                new Way("lt", Tensor::lt, (a, b) -> a < b ? 1 : 0),
                new Way("ge", Tensor::ge, (a, b) -> a >= b ? 1 : 0),
                new Way("eq", Tensor::eq, (a, b) -> a == b ? 1 : 0),
                new Way("ne", Tensor::ne, (a, b) -> a != b ? 1 : 0));
        var w = ways.get(random.nextInt(4));
        result(
                w.name,
                DType.BOOL,
                shape,
                1,
                0,
                true,
                in,
                t -> w.f.apply(t.get(0), t.get(1)),
                p -> p.get(0).to(to).zip(p.get(1).to(to), DType.BOOL, w.g));
    }

    private void logical(List<Integer> in) {
        var shape = Shape.broadcast(node(in.get(0)).shape, node(in.get(1)).shape, "logical");
        switch (random.nextInt(3)) {
            case 0 ->
                result(
                        "and",
                        DType.BOOL,
                        shape,
                        1,
                        0,
                        true,
                        in,
                        t -> t.get(0).logicalAnd(t.get(1)),
                        p -> p.get(0).zip(p.get(1), DType.BOOL, (a, b) -> a != 0 && b != 0 ? 1 : 0));
            case 1 ->
                result(
                        "or",
                        DType.BOOL,
                        shape,
                        1,
                        0,
                        true,
                        in,
                        t -> t.get(0).logicalOr(t.get(1)),
                        p -> p.get(0).zip(p.get(1), DType.BOOL, (a, b) -> a != 0 || b != 0 ? 1 : 0));
            default ->
                result(
                        "xor",
                        DType.BOOL,
                        shape,
                        1,
                        0,
                        true,
                        in,
                        t -> t.get(0).logicalXor(t.get(1)),
                        p -> p.get(0).zip(p.get(1), DType.BOOL, (a, b) -> a != 0 ^ b != 0 ? 1 : 0));
        }
    }

    private void scalar(int i) {
        var x = node(i);
        int c = 1 + random.nextInt(5);
        var to = x.dtype == DType.BOOL ? DType.INT64 : x.dtype;
        var in = List.of(i);
        switch (random.nextInt(kind == Kind.SMOOTH ? 5 : 8)) {
            case 0, 1 -> number("add " + c, to, i, x.bound + c, x.error, t -> t.add(c), v -> v + c);
            case 2, 3 -> number("mul " + c, to, i, x.bound * c, x.error * c, t -> t.mul(c), v -> v * c);
            case 4 -> number("sub " + c, to, i, x.bound + c, x.error, t -> t.sub(c), v -> v - c);
            case 5 -> {
                if (x.dtype != DType.BOOL) {
                    number(
                            "clamp " + c,
                            to,
                            i,
                            Math.min(x.bound, c),
                            x.error,
                            t -> t.clamp(-c, c),
                            v -> clamp(to, v, c));
                }
            }
            case 6 -> {
                if (x.error == 0 && x.bound < limit(to)) {
                    result(
                            "gt " + c,
                            DType.BOOL,
                            x.shape,
                            1,
                            0,
                            true,
                            in,
                            t -> t.get(0).gt(c),
                            p -> p.get(0).map(DType.BOOL, v -> v > c ? 1 : 0));
                }
            }
            default -> {
                if (x.whole && x.bound < 1 << 20) {
                    number("remainder " + c, to, i, c, 0, t -> t.remainder(c), v -> v - Math.floor(v / c) * c);
                }
            }
        }
    }

    /** A uint8 has no -c: the bound wraps as PyTorch's does. */
    private static double clamp(DType to, double v, int c) {
        return Math.min(Math.max(v, Plain.round(to, -c)), c);
    }

    private void number(
            String name,
            DType to,
            int i,
            double bound,
            double error,
            java.util.function.UnaryOperator<Tensor> f,
            DoubleUnaryOperator g) {
        var x = node(i);
        result(
                name,
                to,
                x.shape,
                bound,
                error,
                x.whole,
                List.of(i),
                t -> f.apply(t.get(0)),
                p -> p.get(0).to(to).map(to, g));
    }

    private void cast(int i) {
        var x = node(i);
        var to = kind == Kind.SMOOTH ? DType.FLOAT64 : DType.values()[random.nextInt(9)];
        if (to == x.dtype
                || kind != Kind.ANY && !to.isFloating()
                || !to.isFloating() && !(x.error == 0)
                || x.bound >= limit(to)) {
            return;
        }
        boolean whole = x.whole || !to.isFloating();
        int made = result(
                "to " + to,
                to,
                x.shape,
                x.bound,
                x.error,
                whole,
                List.of(i),
                t -> t.get(0).to(to),
                p -> p.get(0).to(to));
        if (made >= 0 && x.error == 0) {
            nodes.set(made, exactly(node(made)));
        }
    }

    // ---- steps that move elements: what was exact stays exact

    private void move(String name, Shape shape, int i, Function<Tensor, Tensor> f, Function<Plain, Plain> g) {
        var x = node(i);
        if (shape.size() <= sizes.most) {
            add(new Node(
                    name,
                    x.dtype,
                    shape,
                    x.bound,
                    x.error,
                    x.whole,
                    List.of(i),
                    t -> f.apply(t.get(0)),
                    p -> g.apply(p.get(0))));
        }
    }

    private void view(int i) {
        var x = node(i);
        var shape = x.shape;
        int rank = shape.rank();
        switch (random.nextInt(rank == 0 ? 2 : 10)) {
            case 0 -> {
                int at = random.nextInt(rank + 1);
                var to = shape.insert(at, 1);
                move("unsqueeze " + at, to, i, t -> t.unsqueeze(at), p -> p.reshape(to));
            }
            case 1 -> {
                var to = shape.insert(0, 1 + random.nextInt(3));
                move("expand", to, i, t -> t.expand(to), p -> p.expand(to));
            }
            case 2, 3 -> {
                var to = refactored(shape.size());
                move("reshape", to, i, t -> t.reshape(to), p -> p.reshape(to));
            }
            case 4, 5 -> {
                var order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
                Collections.shuffle(order, random);
                var axes = order.stream().mapToInt(Integer::intValue).toArray();
                var d = new int[rank];
                for (int k = 0; k < rank; k++) {
                    d[k] = shape.dim(axes[k]);
                }
                move("permute " + order, Shape.of(d), i, t -> t.permute(axes), p -> p.permute(axes));
            }
            case 6 -> {
                int a = random.nextInt(rank);
                int n = shape.dim(a);
                move("flip " + a, shape, i, t -> t.flip(a), p -> p.slice(a, Math.max(0, n - 1), -1, n));
            }
            case 7 -> {
                int a = random.nextInt(rank);
                if (shape.dim(a) > 0) {
                    int at = random.nextInt(shape.dim(a));
                    move(
                            "select " + a + " " + at,
                            shape.without(a),
                            i,
                            t -> t.select(a, at),
                            p -> p.slice(a, at, 1, 1).reshape(shape.without(a)));
                }
            }
            default -> slice(i, random.nextInt(rank));
        }
    }

    private void slice(int i, int a) {
        var shape = node(i).shape;
        int n = shape.dim(a);
        int from = random.nextInt(n + 1);
        int to = random.nextInt(n + 1);
        int step = 1 + random.nextInt(3);
        if (from <= to) {
            int count = (to - from + step - 1) / step;
            move(
                    "slice " + a + " " + from + ":" + to + ":" + step,
                    shape.with(a, count),
                    i,
                    t -> t.slice(a, from, to, step),
                    p -> p.slice(a, count == 0 ? 0 : from, step, count));
        } else {
            int first = Math.min(from, n - 1);
            int count = first <= to ? 0 : (first - to + step - 1) / step;
            move(
                    "slice " + a + " " + from + ":" + to + ":" + -step,
                    shape.with(a, count),
                    i,
                    t -> t.slice(a, from, to, -step),
                    p -> p.slice(a, count == 0 ? 0 : first, -step, count));
        }
    }

    /** Another shape of this many elements. */
    private Shape refactored(int n) {
        var d = new ArrayList<Integer>();
        int rest = n;
        for (int f = 2; rest > 1 && d.size() < 3 && f < 60; f++) {
            if (rest % f == 0 && random.nextBoolean()) {
                d.add(f);
                rest /= f;
            }
        }
        d.add(rest);
        if (random.nextInt(4) == 0) {
            d.add(1);
        }
        Collections.shuffle(d, random);
        return Shape.of(d.stream().mapToInt(Integer::intValue).toArray());
    }

    // ---- steps that fold

    private void reduce(int i) {
        var x = node(i);
        int rank = x.shape.rank();
        var axes = new ArrayList<Integer>();
        for (int a = 0; a < rank; a++) {
            if (random.nextBoolean()) {
                axes.add(a);
            }
        }
        if (axes.isEmpty()) {
            axes.addAll(IntStream.range(0, rank).boxed().toList());
        }
        var array = axes.stream().mapToInt(Integer::intValue).toArray();
        int n = 1;
        var shape = x.shape;
        for (int k = array.length - 1; k >= 0; k--) {
            n *= shape.dim(array[k]);
            shape = shape.without(array[k]);
        }
        var out = shape;
        var wide = x.dtype.isFloating() ? x.dtype : DType.INT64;
        var in = List.of(i);
        int count = n;
        int way = random.nextInt(8);
        switch (kind == Kind.SMOOTH && way > 2 ? 7 : way) {
            case 0, 1, 2 -> {
                // a sum is folded in float32 also where it ends in a half
                double rounding = x.whole ? 0 : n * x.bound * Math.sqrt(n) * 0x1p-23;
                if (x.bound * n < (wide == DType.FLOAT16 ? 30_000 : 0x1p22)) {
                    result(
                            "sum " + axes,
                            wide,
                            out,
                            x.bound * n,
                            x.error * n + rounding,
                            x.whole,
                            in,
                            t -> t.get(0).sum(array),
                            p -> p.get(0).reduce(wide, axes, 0, Double::sum));
                }
            }
            case 3 -> {
                if (n > 0) {
                    result(
                            "amax " + axes,
                            x.dtype,
                            out,
                            x.bound,
                            x.error,
                            x.whole,
                            in,
                            t -> t.get(0).amax(array),
                            p -> p.get(0).reduce(x.dtype, axes, Double.NEGATIVE_INFINITY, Math::max));
                }
            }
            case 4 -> {
                if (n > 0) {
                    result(
                            "amin " + axes,
                            x.dtype,
                            out,
                            x.bound,
                            x.error,
                            x.whole,
                            in,
                            t -> t.get(0).amin(array),
                            p -> p.get(0).reduce(x.dtype, axes, Double.POSITIVE_INFINITY, Math::min));
                }
            }
            case 5 -> {
                if (x.error == 0) {
                    result(
                            "any " + axes,
                            DType.BOOL,
                            out,
                            1,
                            0,
                            true,
                            in,
                            t -> t.get(0).any(array),
                            p -> p.get(0).reduce(DType.BOOL, axes, 0, (a, b) -> a != 0 || b != 0 ? 1 : 0));
                }
            }
            case 6 -> {
                if (x.error == 0) {
                    result(
                            "all " + axes,
                            DType.BOOL,
                            out,
                            1,
                            0,
                            true,
                            in,
                            t -> t.get(0).all(array),
                            p -> p.get(0).reduce(DType.BOOL, axes, 1, (a, b) -> a != 0 && b != 0 ? 1 : 0));
                }
            }
            default -> {
                if (x.dtype.isFloating() && n > 0 && x.bound * n < 30_000) {
                    result(
                            "mean " + axes,
                            x.dtype,
                            out,
                            x.bound,
                            x.error + n * x.bound * 0x1p-23,
                            false,
                            in,
                            t -> t.get(0).mean(array),
                            p -> p.get(0)
                                    .reduce(DType.FLOAT64, axes, 0, Double::sum)
                                    .map(x.dtype, v -> v / count));
                }
            }
        }
    }

    private void product(int i) {
        var x = node(i);
        if (x.shape.rank() == 0) {
            return;
        }
        int k = x.shape.dim(-1);
        if (random.nextInt(5) == 0 && x.shape.rank() >= 2 && x.dtype != DType.BOOL) {
            multiply(i, i, x.shape.rank() - 1, true);
            return;
        }
        var dtype = dtype();
        if (x.dtype == DType.BOOL && dtype == DType.BOOL) {
            dtype = DType.FLOAT32;
        }
        int n = random.nextInt(12) == 0 ? 40 + random.nextInt(200) : 1 + random.nextInt(9);
        var other = switch (random.nextInt(5)) {
            case 0 -> Shape.of(k);
            case 1 -> Shape.of(1, k, n);
            default -> Shape.of(k, n);
        };
        boolean transposed = random.nextBoolean() && other.rank() >= 2;
        if (other.rank() > 2) {
            var batch = part(lead(x.shape));
            other = transposed
                    ? batch.insert(batch.rank(), n).insert(batch.rank() + 1, k)
                    : batch.insert(batch.rank(), k).insert(batch.rank() + 1, n);
        } else if (transposed) {
            other = Shape.of(n, k);
        }
        if ((double) x.shape.size() * n > 4e6) {
            return;
        }
        multiply(i, leaf(other, dtype), other.rank() - 1, transposed);
    }

    private static Shape lead(Shape s) {
        return Shape.of(Arrays.copyOf(s.toArray(), Math.max(0, s.rank() - 2)));
    }

    /** x times y, y transposed first if asked; the left operand is transposed twice now and then, which must change nothing. */
    private void multiply(int i, int j, int lastAxis, boolean transposed) {
        var x = node(i);
        var y = node(j);
        var sizesOfY = y.shape.toArray();
        if (transposed) {
            sizesOfY[lastAxis] = y.shape.dim(-2);
            sizesOfY[lastAxis - 1] = y.shape.dim(-1);
        }
        var shape = Shape.of(sizesOfY);
        var dtype = Plain.promote(x.dtype, y.dtype);
        int k = x.shape.dim(-1);
        Shape out;
        if (shape.rank() == 1) {
            out = x.shape.without(-1);
        } else if (x.shape.rank() == 1) {
            out = shape.without(-2);
        } else {
            if (!broadcasts(lead(x.shape), lead(shape))) {
                return;
            }
            var lead = Shape.broadcast(lead(x.shape), lead(shape), "lead");
            if ((double) lead.size() * x.shape.dim(-2) * shape.dim(-1) > sizes.most) {
                return;
            }
            out = lead.insert(lead.rank(), x.shape.dim(-2)).insert(lead.rank() + 1, shape.dim(-1));
        }
        double bound = k * x.bound * y.bound;
        if (!inRange(x, dtype) || !inRange(y, dtype) || bound > 0x1p22 || (double) out.size() * k > 4e6) {
            return;
        }
        boolean whole = x.whole && y.whole;
        double error = k * (x.bound * y.error + y.bound * x.error)
                + bound * (Math.sqrt(k) * 0x1p-23 + (dtype.isFloating() ? 2 * unit(dtype) : 0));
        boolean twice = random.nextInt(4) == 0 && x.shape.rank() >= 2;
        int[] swap = IntStream.range(0, y.shape.rank()).toArray();
        if (transposed) {
            swap[lastAxis] = lastAxis - 1;
            swap[lastAxis - 1] = lastAxis;
        }
        result(
                "matmul" + (transposed ? " T" : ""),
                dtype,
                out,
                bound,
                error,
                whole,
                List.of(i, j),
                t -> (twice ? t.get(0).t().t() : t.get(0))
                        .matmul(transposed ? t.get(1).t() : t.get(1)),
                p -> p.get(0).to(dtype).matmul((transposed ? p.get(1).permute(swap) : p.get(1)).to(dtype), dtype));
    }

    // ---- steps with many inputs

    private void join(int i) {
        var x = node(i);
        if (x.shape.rank() == 0) {
            return;
        }
        int a = random.nextInt(x.shape.rank());
        var in = new ArrayList<Integer>();
        in.add(i);
        int parts = random.nextInt(8) == 0 ? 12 : 1 + random.nextInt(3);
        for (int tries = 0; in.size() < parts && tries < 20; tries++) {
            int j = any();
            var y = node(j);
            if (y.shape.rank() == x.shape.rank() && y.shape.with(a, 0).equals(x.shape.with(a, 0))) {
                in.add(j);
            }
        }
        if (in.size() == 1) {
            in.add(leaf(x.shape.with(a, random.nextInt(4)), dtype()));
        }
        var dtype = x.dtype;
        for (int j : in) {
            dtype = Plain.promote(dtype, node(j).dtype);
        }
        var to = dtype;
        double bound = 0;
        double error = 0;
        boolean whole = true;
        int n = 0;
        for (int j : in) {
            var y = node(j);
            if (!inRange(y, to)) {
                return;
            }
            bound = Math.max(bound, y.bound);
            error = Math.max(error, y.error);
            whole &= y.whole;
            n += y.shape.dim(a);
        }
        result(
                "cat " + a,
                to,
                x.shape.with(a, n),
                bound,
                error,
                whole,
                in,
                t -> Tensor.cat(a, t.toArray(Tensor[]::new)),
                p -> Plain.concat(p, a, to));
    }

    private void where(int i) {
        var x = node(i);
        int j = partner(x);
        var y = node(j);
        var shape = Shape.broadcast(x.shape, y.shape, "where");
        int c = -1;
        for (int tries = 0; tries < 8 && c < 0; tries++) {
            int k = any();
            c = node(k).dtype == DType.BOOL && broadcasts(node(k).shape, shape) ? k : -1;
        }
        if (c < 0) {
            c = leaf(part(shape), DType.BOOL);
        }
        var to = Plain.promote(x.dtype, x.shape.rank(), y.dtype, y.shape.rank());
        if (!inRange(x, to) || !inRange(y, to)) {
            return;
        }
        result(
                "where",
                to,
                Shape.broadcast(shape, node(c).shape, "where"),
                Math.max(x.bound, y.bound),
                Math.max(x.error, y.error),
                x.whole && y.whole,
                List.of(c, i, j),
                t -> Tensor.where(t.get(0), t.get(1), t.get(2)),
                p -> Plain.where(p.get(0), p.get(1).to(to), p.get(2).to(to), to));
    }

    private void other(int i) {
        var x = node(i);
        int rank = x.shape.rank();
        int a = rank == 0 ? 0 : random.nextInt(rank);
        int n = rank == 0 ? 1 : x.shape.dim(a);
        switch (random.nextInt(rank == 0 ? 2 : 8)) {
            case 0 -> {
                if (kind != Kind.SMOOTH) {
                    move("stopGradient", x.shape, i, Tensor::stopGradient, p -> p);
                }
            }
            case 1 -> {
                // an equal expression made anew
                if (!x.isLeaf()) {
                    add(x);
                }
            }
            case 2 -> {
                int before = random.nextInt(3);
                int after = random.nextInt(3);
                move("pad " + a, x.shape.with(a, n + before + after), i, t -> t.padZeros(a, before, after), p -> {
                    var left = new Plain(
                            x.dtype,
                            x.shape.with(a, before),
                            new double[x.shape.with(a, before).size()]);
                    var right = new Plain(
                            x.dtype,
                            x.shape.with(a, after),
                            new double[x.shape.with(a, after).size()]);
                    return Plain.concat(List.of(left, p, right), a, x.dtype);
                });
            }
            case 3 -> {
                var wide = x.dtype.isFloating() ? x.dtype : DType.INT64;
                if (x.bound * n < (wide == DType.FLOAT16 ? 2048 : wide == DType.BFLOAT16 ? 256 : 0x1p22)) {
                    result(
                            "cumsum " + a,
                            wide,
                            x.shape,
                            x.bound * n,
                            x.error * n + (double) n * n * x.bound * unit(wide),
                            x.whole,
                            List.of(i),
                            t -> t.get(0).cumsum(a),
                            p -> p.get(0).cumsum(wide, a));
                }
            }
            case 4 -> {
                if (n > 0 && x.shape.size() < 30_000) {
                    int j = indexLeaf(n, 1 + random.nextInt(6));
                    result(
                            "take " + a,
                            x.dtype,
                            x.shape.with(a, node(j).shape.size()),
                            x.bound,
                            x.error,
                            x.whole,
                            List.of(i, j),
                            t -> t.get(0).take(a, t.get(1)),
                            p -> p.get(0).take(a, p.get(1)));
                }
            }
            case 5 -> {
                if (n > 0 && x.error == 0 && kind != Kind.SMOOTH) {
                    result(
                            "argmax " + a,
                            DType.INT64,
                            x.shape.without(a),
                            n,
                            0,
                            true,
                            List.of(i),
                            t -> t.get(0).argmax(a),
                            p -> p.get(0).argExtreme(a, true));
                }
            }
            case 6 -> {
                if (x.dtype.isFloating() && n > 0 && x.bound < 50) {
                    result(
                            "softmax " + a,
                            x.dtype,
                            x.shape,
                            1,
                            4 * x.error + 1e-5 + 4 * unit(x.dtype),
                            false,
                            List.of(i),
                            t -> t.get(0).softmax(a),
                            p -> softmax(p.get(0), a));
                }
            }
            default -> {
                if (x.dtype.isFloating()) {
                    move(
                            "checkpoint",
                            x.shape,
                            i,
                            t -> Autodiff.checkpoint(xs -> xs.get(0).neg().neg(), List.of(t)),
                            p -> p);
                }
            }
        }
    }

    private static Plain softmax(Plain x, int axis) {
        var axes = List.of(axis);
        var peak = x.reduce(DType.FLOAT64, axes, Double.NEGATIVE_INFINITY, Math::max);
        var kept = x.shape().with(axis, 1);
        var e = x.zip(peak.reshape(kept), DType.FLOAT64, (v, m) -> Math.exp(v - m));
        var sum = e.reduce(DType.FLOAT64, axes, 0, Double::sum).reshape(kept);
        return e.zip(sum, x.dtype(), (v, s) -> v / s);
    }
}
