package soma;

import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import soma.op.Draw;
import soma.op.Permutation;

/**
 * A source of random numbers: a key, and nothing that changes. The same key gives the same numbers, on any machine and any number of
 * threads; {@link #split} and {@link #fold} derive keys that are independent of one another.
 * {@snippet :
 * var rngs = Rng.seed(1).split(2);
 * var x = Tensor.randn(rngs[0], 2, 3);
 * var y = Tensor.randn(rngs[1], 2, 3);      // independent of x
 * }
 */
public final class Rng {
    private final LongSupplier key;

    private Rng(LongSupplier key) {
        this.key = key;
    }

    /** From a seed. */
    public static Rng seed(long seed) {
        long key = soma.kernel.Draw.fold(0x536F6D61L, seed);
        return new Rng(() -> key);
    }

    /** A source whose key the host gives anew at each call of a compiled function. */
    public static Rng of(LongSupplier key) {
        return new Rng(key);
    }

    /** The key. */
    public long key() {
        return key.getAsLong();
    }

    /** An independent source for each {@code data}. */
    public Rng fold(long data) {
        return new Rng(() -> soma.kernel.Draw.fold(key.getAsLong(), data));
    }

    /** {@code n} independent sources. */
    public Rng[] split(int n) {
        return IntStream.range(0, n).mapToObj(this::fold).toArray(Rng[]::new);
    }

    private Tensor keyTensor() {
        return Tensor.feed(DType.INT64, Shape.SCALAR, () -> new long[] {key.getAsLong()});
    }

    /** Uniform in [0, 1). */
    public Tensor uniform(DType dtype, Shape shape) {
        return draw(Draw.Law.UNIFORM, dtype, shape);
    }

    /** Uniform in [low, high). */
    public Tensor uniform(double low, double high, DType dtype, Shape shape) {
        return uniform(dtype, shape).mul(high - low).add(low);
    }

    /** Normal with mean 0 and deviation 1. */
    public Tensor normal(DType dtype, Shape shape) {
        return draw(Draw.Law.NORMAL, dtype, shape);
    }

    /** Normal with the given mean and deviation. */
    public Tensor normal(double mean, double std, DType dtype, Shape shape) {
        return normal(dtype, shape).mul(std).add(mean);
    }

    /** Normal, cut to [low, high] deviations from the mean, by inverting the distribution function. */
    public Tensor truncatedNormal(double mean, double std, double low, double high, DType dtype, Shape shape) {
        if (!(low < high)) {
            throw new ShapeException("truncatedNormal: bounds " + low + " and " + high + " hold nothing between them");
        }
        double a = distribution(low);
        double b = distribution(high);
        var u = uniform(DType.FLOAT64, shape).mul(b - a).add(a);
        var z = u.mul(2).sub(1).erfinv().mul(Math.sqrt(2)).clamp(low, high);
        return z.mul(std).add(mean).to(dtype);
    }

    private static double distribution(double z) {
        return 0.5 * soma.kernel.Special.erfc(-z / Math.sqrt(2));
    }

    /** 1 with probability p, else 0. */
    public Tensor bernoulli(double p, DType dtype, Shape shape) {
        return uniform(DType.FLOAT32, shape).lt(p).to(dtype);
    }

    /** 1 with the probability each element of {@code p} says, else 0. */
    public Tensor bernoulli(Tensor p) {
        return uniform(p.dtype(), p.shape()).lt(p).to(p.dtype());
    }

    /** Whole numbers low .. high - 1, int64. */
    public Tensor integers(long low, long high, Shape shape) {
        if (low >= high) {
            throw new ShapeException("integers: from " + low + " to before " + high + " there is none");
        }
        return uniform(DType.FLOAT64, shape)
                .mul(high - low)
                .floor()
                .to(DType.INT64)
                .add(low);
    }

    /** 0 .. n-1 in random order, int64. */
    public Tensor permutation(int n) {
        return Tensor.of(new Permutation(keyTensor(), n));
    }

    /**
     * For each row of weights (..., C), which need not sum to 1, {@code n} draws with replacement: (..., n) int64, by inverting the
     * running sum.
     */
    public Tensor categorical(Tensor weights, int n) {
        var total = weights.to(DType.FLOAT64).cumsum(-1);
        var last = total.narrow(-1, total.size(-1) - 1, 1);
        var shape = weights.shape().with(-1, n);
        var u = uniform(DType.FLOAT64, shape).mul(last).unsqueeze(-1);
        return total.unsqueeze(-2).le(u).to(DType.INT64).sum(-1).minimum(weights.size(-1) - 1);
    }

    private Tensor draw(Draw.Law law, DType dtype, Shape shape) {
        return switch (dtype) {
            case FLOAT32, FLOAT64 -> Tensor.of(new Draw(keyTensor(), law, shape, dtype));
            case FLOAT16, BFLOAT16 ->
                Tensor.of(new Draw(keyTensor(), law, shape, DType.FLOAT32)).to(dtype);
            default ->
                throw new DTypeException("random numbers of " + dtype
                        + ": only floating dtypes have this distribution; use integers or bernoulli");
        };
    }
}
