package soma.kernel;

/**
 * Softmax and its relatives on the rows [lo, hi) of a matrix with rows of {@code n}: row r starts at offset + r*n,
 * per-row values are at offset + r. The maximum is subtracted before exp, so large values never overflow; a row of
 * -infinity gives NaN, as in PyTorch. The result may overwrite an input of the same layout.
 */
public final class Rows {

    private Rows() {}

    /** y = exp(x - max x) / sum. */
    public static void softmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n) {
        if (Cpu.VECTORS) {
            VectorRows.softmax(x, xo, y, yo, lo, hi, n);
        } else {
            ScalarRows.softmax(x, xo, y, yo, lo, hi, n);
        }
    }

    /** dx = y (dy - sum(dy y)); y is the result of {@code softmax}. */
    public static void softmaxBack(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int n) {
        if (Cpu.VECTORS) {
            VectorRows.softmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
        } else {
            ScalarRows.softmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
        }
    }

    /** y = x - max x - log(sum exp(x - max x)). */
    public static void logSoftmax(float[] x, int xo, float[] y, int yo, int lo, int hi, int n) {
        if (Cpu.VECTORS) {
            VectorRows.logSoftmax(x, xo, y, yo, lo, hi, n);
        } else {
            ScalarRows.logSoftmax(x, xo, y, yo, lo, hi, n);
        }
    }

    /** dx = dy - exp(y) sum(dy); y is the result of {@code logSoftmax}. */
    public static void logSoftmaxBack(
            float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int lo, int hi, int n) {
        if (Cpu.VECTORS) {
            VectorRows.logSoftmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
        } else {
            ScalarRows.logSoftmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
        }
    }

    /**
     * loss[so+r] = log(sum exp x_r) - x_r[label_r], with label_r = labels[lab+r]; 0 where the label is {@code
     * ignoreIndex}.
     */
    public static void crossEntropy(
            float[] x, int xo, long[] labels, int lab, float[] loss, int so, int lo, int hi, int n, long ignoreIndex) {
        if (Cpu.VECTORS && WarmRows.LOSS.isCold((hi - lo) * n)) {
            WarmRows.crossEntropy(x, xo, labels, lab, loss, so, lo, hi, n, ignoreIndex);
        } else if (Cpu.VECTORS) {
            VectorRows.crossEntropy(x, xo, labels, lab, loss, so, lo, hi, n, ignoreIndex);
        } else {
            ScalarRows.crossEntropy(x, xo, labels, lab, loss, so, lo, hi, n, ignoreIndex);
        }
    }

    /** dx_r = (softmax(x_r) - onehot(label_r)) scale[so+r]; 0 where the label is {@code ignoreIndex}. */
    public static void crossEntropyBack(
            float[] x,
            int xo,
            long[] labels,
            int lab,
            float[] scale,
            int so,
            float[] dx,
            int dxo,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        if (Cpu.VECTORS && WarmRows.LOSS_BACK.isCold((hi - lo) * n)) {
            WarmRows.crossEntropyBack(x, xo, labels, lab, scale, so, dx, dxo, lo, hi, n, ignoreIndex);
        } else if (Cpu.VECTORS) {
            VectorRows.crossEntropyBack(x, xo, labels, lab, scale, so, dx, dxo, lo, hi, n, ignoreIndex);
        } else {
            ScalarRows.crossEntropyBack(x, xo, labels, lab, scale, so, dx, dxo, lo, hi, n, ignoreIndex);
        }
    }

    /** y = exp(x - max x) / sum. */
    public static void softmax(double[] x, int xo, double[] y, int yo, int lo, int hi, int n) {
        ScalarRows.softmax(x, xo, y, yo, lo, hi, n);
    }

    /** dx = y (dy - sum(dy y)); y is the result of {@code softmax}. */
    public static void softmaxBack(
            double[] y, int yo, double[] dy, int dyo, double[] dx, int dxo, int lo, int hi, int n) {
        ScalarRows.softmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
    }

    /** y = x - max x - log(sum exp(x - max x)). */
    public static void logSoftmax(double[] x, int xo, double[] y, int yo, int lo, int hi, int n) {
        ScalarRows.logSoftmax(x, xo, y, yo, lo, hi, n);
    }

    /** dx = dy - exp(y) sum(dy); y is the result of {@code logSoftmax}. */
    public static void logSoftmaxBack(
            double[] y, int yo, double[] dy, int dyo, double[] dx, int dxo, int lo, int hi, int n) {
        ScalarRows.logSoftmaxBack(y, yo, dy, dyo, dx, dxo, lo, hi, n);
    }

    /**
     * loss[so+r] = log(sum exp x_r) - x_r[label_r], with label_r = labels[lab+r]; 0 where the label is {@code
     * ignoreIndex}.
     */
    public static void crossEntropy(
            double[] x,
            int xo,
            long[] labels,
            int lab,
            double[] loss,
            int so,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        ScalarRows.crossEntropy(x, xo, labels, lab, loss, so, lo, hi, n, ignoreIndex);
    }

    /** dx_r = (softmax(x_r) - onehot(label_r)) scale[so+r]; 0 where the label is {@code ignoreIndex}. */
    public static void crossEntropyBack(
            double[] x,
            int xo,
            long[] labels,
            int lab,
            double[] scale,
            int so,
            double[] dx,
            int dxo,
            int lo,
            int hi,
            int n,
            long ignoreIndex) {
        ScalarRows.crossEntropyBack(x, xo, labels, lab, scale, so, dx, dxo, lo, hi, n, ignoreIndex);
    }

    static int checked(long label, int row, int classes) {
        if (label < 0 || label >= classes) {
            throw new IndexOutOfBoundsException("target " + label + " at index " + row + " is outside 0.."
                    + (classes - 1) + " (" + classes + " classes). Are the labels one-based?");
        }
        return (int) label;
    }
}
