package soma.kernel;

import java.util.Arrays;

/**
 * Windows of an image laid out as columns and back, as torch.unfold and torch.fold. A plane is one channel of one
 * image.
 */
public final class Unfold {

    private Unfold() {}

    /** Kernel, dilation, padding and stride of a 2-d window. */
    public record Window(int kh, int kw, int dh, int dw, int ph, int pw, int sh, int sw) {

        public Window {
            if (kh < 1 || kw < 1 || dh < 1 || dw < 1 || sh < 1 || sw < 1 || ph < 0 || pw < 0) {
                throw new IllegalArgumentException("window: kernel " + kh + "x" + kw + ", dilation " + dh + "x" + dw
                        + ", padding " + ph + "x" + pw + ", stride " + sh + "x" + sw
                        + ": padding must be at least 0, all others at least 1");
            }
        }

        /** Window positions over {@code height} rows. */
        public int outHeight(int height) {
            return Math.max(0, Math.floorDiv(height + 2 * ph - dh * (kh - 1) - 1, sh) + 1);
        }

        /** Window positions over {@code width} columns. */
        public int outWidth(int width) {
            return Math.max(0, Math.floorDiv(width + 2 * pw - dw * (kw - 1) - 1, sw) + 1);
        }

        /** Elements of one window. */
        public int size() {
            return kh * kw;
        }

        /** The first window position j with shift + j*sw >= 0. */
        private int firstInside(int shift, int columns) {
            return shift >= 0 ? 0 : Math.min(columns, (-shift + sw - 1) / sw);
        }

        /** One past the last window position j with shift + j*sw < width. */
        private int endInside(int shift, int width, int columns) {
            return shift >= width ? 0 : Math.min(columns, (width - shift - 1) / sw + 1);
        }
    }

    /**
     * out[p, ki, kj, oi, oj] = x[p, oi*sh - ph + ki*dh, oj*sw - pw + kj*dw], 0 outside; p is one of the planes [lo,
     * hi).
     */
    public static void im2col(float[] x, int xo, float[] out, int oo, Window w, int height, int width, int lo, int hi) {
        int rows = w.outHeight(height), columns = w.outWidth(width), to = oo + lo * w.size() * rows * columns;
        for (int p = lo; p < hi; p++) {
            for (int ki = 0; ki < w.kh(); ki++) {
                for (int kj = 0; kj < w.kw(); kj++) {
                    int shift = kj * w.dw() - w.pw();
                    int first = w.firstInside(shift, columns),
                            last = Math.max(first, w.endInside(shift, width, columns));
                    for (int i = 0; i < rows; i++, to += columns) {
                        int row = i * w.sh() - w.ph() + ki * w.dh();
                        if (row < 0 || row >= height) {
                            Arrays.fill(out, to, to + columns, 0);
                            continue;
                        }
                        int from = xo + (p * height + row) * width + shift;
                        Arrays.fill(out, to, to + first, 0);
                        if (w.sw() == 1) {
                            System.arraycopy(x, from + first, out, to + first, last - first);
                        } else {
                            for (int j = first; j < last; j++) {
                                out[to + j] = x[from + j * w.sw()];
                            }
                        }
                        Arrays.fill(out, to + last, to + columns, 0);
                    }
                }
            }
        }
    }

    /** The adjoint of {@code im2col}: the windows of the planes [lo, hi) added up into x, which is set to 0 first. */
    public static void col2im(float[] col, int co, float[] x, int xo, Window w, int height, int width, int lo, int hi) {
        int rows = w.outHeight(height), columns = w.outWidth(width), from = co + lo * w.size() * rows * columns;
        Arrays.fill(x, xo + lo * height * width, xo + hi * height * width, 0);
        for (int p = lo; p < hi; p++) {
            for (int ki = 0; ki < w.kh(); ki++) {
                for (int kj = 0; kj < w.kw(); kj++) {
                    int shift = kj * w.dw() - w.pw();
                    int first = w.firstInside(shift, columns), last = w.endInside(shift, width, columns);
                    for (int i = 0; i < rows; i++, from += columns) {
                        int row = i * w.sh() - w.ph() + ki * w.dh();
                        if (row >= 0 && row < height) {
                            int to = xo + (p * height + row) * width + shift;
                            addRun(col, from + first, x, to + first * w.sw(), w.sw(), last - first);
                        }
                    }
                }
            }
        }
    }

    /**
     * out[p, ki, kj, oi, oj] = x[p, oi*sh - ph + ki*dh, oj*sw - pw + kj*dw], 0 outside; p is one of the planes [lo,
     * hi).
     */
    public static void im2col(
            double[] x, int xo, double[] out, int oo, Window w, int height, int width, int lo, int hi) {
        int rows = w.outHeight(height), columns = w.outWidth(width), to = oo + lo * w.size() * rows * columns;
        for (int p = lo; p < hi; p++) {
            for (int ki = 0; ki < w.kh(); ki++) {
                for (int kj = 0; kj < w.kw(); kj++) {
                    int shift = kj * w.dw() - w.pw();
                    int first = w.firstInside(shift, columns),
                            last = Math.max(first, w.endInside(shift, width, columns));
                    for (int i = 0; i < rows; i++, to += columns) {
                        int row = i * w.sh() - w.ph() + ki * w.dh();
                        if (row < 0 || row >= height) {
                            Arrays.fill(out, to, to + columns, 0);
                            continue;
                        }
                        int from = xo + (p * height + row) * width + shift;
                        Arrays.fill(out, to, to + first, 0);
                        if (w.sw() == 1) {
                            System.arraycopy(x, from + first, out, to + first, last - first);
                        } else {
                            for (int j = first; j < last; j++) {
                                out[to + j] = x[from + j * w.sw()];
                            }
                        }
                        Arrays.fill(out, to + last, to + columns, 0);
                    }
                }
            }
        }
    }

    /** The adjoint of {@code im2col}: the windows of the planes [lo, hi) added up into x, which is set to 0 first. */
    public static void col2im(
            double[] col, int co, double[] x, int xo, Window w, int height, int width, int lo, int hi) {
        int rows = w.outHeight(height), columns = w.outWidth(width), from = co + lo * w.size() * rows * columns;
        Arrays.fill(x, xo + lo * height * width, xo + hi * height * width, 0);
        for (int p = lo; p < hi; p++) {
            for (int ki = 0; ki < w.kh(); ki++) {
                for (int kj = 0; kj < w.kw(); kj++) {
                    int shift = kj * w.dw() - w.pw();
                    int first = w.firstInside(shift, columns), last = w.endInside(shift, width, columns);
                    for (int i = 0; i < rows; i++, from += columns) {
                        int row = i * w.sh() - w.ph() + ki * w.dh();
                        if (row >= 0 && row < height) {
                            int to = xo + (p * height + row) * width + shift;
                            addRun(col, from + first, x, to + first * w.sw(), w.sw(), last - first);
                        }
                    }
                }
            }
        }
    }

    private static void addRun(float[] a, int ao, float[] b, int bo, int step, int n) {
        if (step == 1) {
            for (int i = 0; i < n; i++) {
                b[bo + i] += a[ao + i];
            }
        } else {
            for (int i = 0; i < n; i++) {
                b[bo + i * step] += a[ao + i];
            }
        }
    }

    private static void addRun(double[] a, int ao, double[] b, int bo, int step, int n) {
        if (step == 1) {
            for (int i = 0; i < n; i++) {
                b[bo + i] += a[ao + i];
            }
        } else {
            for (int i = 0; i < n; i++) {
                b[bo + i * step] += a[ao + i];
            }
        }
    }
}
