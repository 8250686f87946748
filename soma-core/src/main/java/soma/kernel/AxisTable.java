package soma.kernel;

import java.util.OptionalDouble;

/**
 * Resampling of one axis as a sparse matrix of out x in: output j = sum over t below {@code taps} of
 * weight[j*taps + t] * input[index[j*taps + t]]. The places and weights are those of PyTorch's interpolate.
 */
public record AxisTable(int in, int out, int taps, int[] index, double[] weight, float[] weight32) {

    /**
     * How a value between the samples is found. CUBIC is Keys' kernel with a = -0.75; AREA is adaptive average
     * pooling.
     */
    public enum Mode {
        NEAREST,
        NEAREST_EXACT,
        LINEAR,
        CUBIC,
        AREA
    }

    /**
     * The table for {@code out} samples from {@code in}; {@code scale} is the factor the user asked for, if it is to
     * be used.
     */
    public static AxisTable of(Mode mode, int in, int out, boolean alignCorners, OptionalDouble scale) {
        if (in < 1 || out < 1) {
            throw new IllegalArgumentException("resize from " + in + " to " + out + ": both sizes must be at least 1");
        }
        return switch (mode) {
            case NEAREST -> nearest(in, out, scale, 0);
            case NEAREST_EXACT -> nearest(in, out, scale, 0.5f);
            case LINEAR -> linear(in, out, alignCorners, scale);
            case CUBIC -> cubic(in, out, alignCorners, scale);
            case AREA -> area(in, out);
        };
    }

    private static AxisTable table(int in, int out, int taps, int[] index, double[] weight) {
        var weight32 = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            weight32[i] = (float) weight[i];
        }
        return new AxisTable(in, out, taps, index, weight, weight32);
    }

    /** In float, because PyTorch does so and a place on the edge between two samples must fall to the same side. */
    private static AxisTable nearest(int in, int out, OptionalDouble scale, float shift) {
        float step = scale.isPresent() ? (float) (1 / scale.getAsDouble()) : (float) in / out;
        var index = new int[out];
        var weight = new double[out];
        for (int j = 0; j < out; j++) {
            index[j] = Math.min((int) Math.floor((j + shift) * step), in - 1);
            weight[j] = 1;
        }
        return table(in, out, 1, index, weight);
    }

    private static double place(int j, int in, int out, boolean alignCorners, OptionalDouble scale) {
        if (alignCorners) {
            return out > 1 ? j * ((double) (in - 1) / (out - 1)) : 0;
        }
        double step = scale.isPresent() ? 1 / scale.getAsDouble() : (double) in / out;
        return (j + 0.5) * step - 0.5;
    }

    private static AxisTable linear(int in, int out, boolean alignCorners, OptionalDouble scale) {
        var index = new int[2 * out];
        var weight = new double[2 * out];
        for (int j = 0; j < out; j++) {
            double at = Math.max(0, place(j, in, out, alignCorners, scale));
            int i = Math.min((int) at, in - 1);
            double part = Math.min(1, at - i);
            index[2 * j] = i;
            index[2 * j + 1] = Math.min(i + 1, in - 1);
            weight[2 * j] = 1 - part;
            weight[2 * j + 1] = part;
        }
        return table(in, out, 2, index, weight);
    }

    private static AxisTable cubic(int in, int out, boolean alignCorners, OptionalDouble scale) {
        var index = new int[4 * out];
        var weight = new double[4 * out];
        for (int j = 0; j < out; j++) {
            double at = place(j, in, out, alignCorners, scale);
            int i = (int) Math.floor(at);
            double part = at - i;
            for (int t = 0; t < 4; t++) {
                index[4 * j + t] = Math.clamp(i - 1 + t, 0, in - 1);
                weight[4 * j + t] = keys(Math.abs(part + 1 - t));
            }
        }
        return table(in, out, 4, index, weight);
    }

    /** Keys 1981, Cubic convolution interpolation, equation 15. */
    private static double keys(double d) {
        double a = -0.75;
        return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    }

    private static AxisTable area(int in, int out) {
        int taps = 0;
        for (int j = 0; j < out; j++) {
            taps = Math.max(taps, end(j, in, out) - start(j, in, out));
        }
        var index = new int[taps * out];
        var weight = new double[taps * out];
        for (int j = 0; j < out; j++) {
            int start = start(j, in, out), size = end(j, in, out) - start;
            for (int t = 0; t < taps; t++) {
                index[j * taps + t] = start + Math.min(t, size - 1);
                weight[j * taps + t] = t < size ? 1.0 / size : 0;
            }
        }
        return table(in, out, taps, index, weight);
    }

    private static int start(int j, int in, int out) {
        return (int) ((long) j * in / out);
    }

    private static int end(int j, int in, int out) {
        return (int) (((j + 1L) * in + out - 1) / out);
    }
}
