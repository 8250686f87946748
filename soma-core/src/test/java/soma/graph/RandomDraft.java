package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * The nodes of a program that is being made, and what every step asks of it: a shape, a dtype, a node to go on from, and room for
 * one more. A node is only taken in if its numbers stay small enough to be known and its shape small enough to be quick.
 */
final class RandomDraft {

    final List<RandomNode> nodes = new ArrayList<>();
    final Random random;
    final RandomProgram.Sizes sizes;
    final RandomProgram.Kind kind;

    RandomDraft(Random random, RandomProgram.Sizes sizes, RandomProgram.Kind kind) {
        this.random = random;
        this.sizes = sizes;
        this.kind = kind;
    }

    /** Whether every step must have a derivative everywhere. */
    boolean smooth() {
        return kind == RandomProgram.Kind.SMOOTH;
    }

    // ---- choosing

    /** The shape of the first leaf, from which most others follow. */
    Shape baseShape() {
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

    /** The dtype of a new leaf. */
    DType dtype() {
        if (kind != RandomProgram.Kind.ANY) {
            return kind == RandomProgram.Kind.FLOATS ? DType.FLOAT32 : DType.FLOAT64;
        }
        DType[] common = {DType.FLOAT32, DType.FLOAT32, DType.FLOAT32, DType.FLOAT64, DType.INT64, DType.BOOL};
        return random.nextInt(4) == 0 ? DType.values()[random.nextInt(9)] : common[random.nextInt(common.length)];
    }

    /** A shape that broadcasts to {@code whole}. */
    Shape part(Shape whole) {
        if (random.nextInt(3) > 0) {
            return whole;
        }
        var d = whole.toArray();
        for (int i = 0; i < d.length; i++) {
            d[i] = random.nextInt(3) == 0 ? 1 : d[i];
        }
        return Shape.of(Arrays.copyOfRange(d, random.nextInt(d.length + 1), d.length));
    }

    int leaf(Shape shape, DType dtype) {
        boolean fraction = dtype.isFloating() && (random.nextInt(4) == 0 || smooth());
        double bound = dtype == DType.BOOL || smooth() ? 1 : 4;
        return add(RandomNode.leaf(fraction ? "fraction" : "leaf", dtype, shape, bound, !fraction));
    }

    /** Positions along an axis of size n, for {@link Tensor#take}. */
    int indexLeaf(int n, int count) {
        return add(RandomNode.leaf("index", DType.INT64, Shape.of(count), n, true));
    }

    /** A node, the latest ones more often. */
    int any() {
        int n = nodes.size();
        int i = random.nextBoolean() ? random.nextInt(n) : n - 1 - random.nextInt(Math.min(n, 4));
        return node(i).isIndex() ? any() : i;
    }

    /** A second operand whose shape broadcasts with x's, or a new leaf. */
    int partner(RandomNode x) {
        for (int tries = 0; tries < 6; tries++) {
            int j = any();
            if (broadcasts(x.shape(), node(j).shape())) {
                return j;
            }
        }
        return leaf(part(x.shape()), dtype());
    }

    /** Whether two shapes broadcast to one that is not too large. */
    boolean broadcasts(Shape a, Shape b) {
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

    // ---- taking in

    int add(RandomNode n) {
        nodes.add(n);
        return nodes.size() - 1;
    }

    RandomNode node(int i) {
        return nodes.get(i);
    }

    /** A node of this result: whole if all inputs are and the op keeps it so; otherwise its rounding adds to the error. */
    int result(
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
        double e = whole ? 0 : error + RandomNode.unit(dtype) * b;
        if (b > RandomNode.limit(dtype) || shape.size() > sizes.most || e > 0.05 * Math.max(1, b)) {
            return -1;
        }
        return add(new RandomNode(text, dtype, shape, b, e, whole, inputs, tensor, plain));
    }

    /** A result that is true or false, and known. */
    void truth(
            String text,
            Shape shape,
            List<Integer> inputs,
            Function<List<Tensor>, Tensor> tensor,
            Function<List<Plain>, Plain> plain) {
        result(text, DType.BOOL, shape, 1, 0, true, inputs, tensor, plain);
    }

    /** Notes that a node is known to come out exactly, if it was taken in. */
    void markExact(int made) {
        if (made >= 0) {
            nodes.set(made, node(made).exact());
        }
    }

    /** What moves elements: what was exact stays exact. */
    void move(String name, Shape shape, int i, Function<Tensor, Tensor> f, Function<Plain, Plain> g) {
        var x = node(i);
        if (shape.size() <= sizes.most) {
            add(new RandomNode(
                    name,
                    x.dtype(),
                    shape,
                    x.bound(),
                    x.error(),
                    x.whole(),
                    List.of(i),
                    t -> f.apply(t.get(0)),
                    p -> g.apply(p.get(0))));
        }
    }
}
