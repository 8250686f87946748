package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * Random numbers: element i depends on {@code key} (an int64 scalar) and i alone (Philox4x32-10, Salmon et al. 2011), so neither
 * threads nor order change a sample. The key is an input, so that a new key needs no new plan.
 */
public record Draw(Tensor key, Law law, Shape shape, DType dtype) implements KernelOp {
    private static final int GRAIN = 32_768;

    /** Which distribution. */
    public enum Law {
        /** Uniform in [0, 1). */
        UNIFORM,
        /** Normal with mean 0 and deviation 1. */
        NORMAL
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(key);
    }

    @Override
    public Object attributes() {
        return List.of(law, shape, dtype);
    }

    @Override
    public void compute(Call call) {
        long k = call.longs(0)[call.at(0)];
        int n = shape.size();
        call.workers().run(Math.ceilDiv(n, GRAIN), (i, scratch) -> {
            int lo = i * GRAIN;
            int count = Math.min(GRAIN, n - lo);
            switch (call.out(0)) {
                case float[] y when law == Law.UNIFORM -> soma.kernel.Draw.uniform(k, lo, y, lo, count);
                case float[] y -> soma.kernel.Draw.normal(k, lo, y, lo, count);
                case double[] y when law == Law.UNIFORM -> soma.kernel.Draw.uniform(k, lo, y, lo, count);
                case double[] y -> soma.kernel.Draw.normal(k, lo, y, lo, count);
                default -> throw new IllegalStateException("random numbers of " + dtype);
            }
        });
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(key);
    }
}
