package soma.kernel;

/**
 * The scalar twin of the vector kernels: the plain definition of every lane. Arithmetic has loops of its own, simple
 * enough for the JIT to vectorise; everything else calls the function of {@link Lane} an element.
 */
final class ScalarLanes {

    private ScalarLanes() {}

    static void apply(Lane f, float[] a, int ao, float[] out, int oo, int n) {
        switch (f) {
            case COPY -> System.arraycopy(a, ao, out, oo, n);
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = -a[ao + i];
                }
            }
            case SQUARE -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * a[ao + i];
                }
            }
            case SQRT -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = (float) Math.sqrt(a[ao + i]);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] <= 0 ? 0 : a[ao + i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = (float) f.apply(a[ao + i]);
                }
            }
        }
    }

    static void apply(Lane f, float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] / b[bo + i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(a[ao + i], b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(a[ao + i], b[bo + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = (float) f.apply(a[ao + i], b[bo + i]);
                }
            }
        }
    }

    static void apply(Lane f, float[] a, int ao, float s, float[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] + s;
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] - s;
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * s;
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] / s;
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(a[ao + i], s);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(a[ao + i], s);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = (float) f.apply(a[ao + i], s);
                }
            }
        }
    }

    static void apply(Lane f, float s, float[] b, int bo, float[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s * b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s / b[bo + i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(s, b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(s, b[bo + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = (float) f.apply(s, b[bo + i]);
                }
            }
        }
    }

    static void apply(Lane f, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = (float) f.apply(a[ao + i], b[bo + i], c[co + i]);
        }
    }

    static void mulAdd(float[] a, int ao, float s, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * s + b[bo + i];
        }
    }

    static void mulAddMul(float[] a, int ao, float s, float[] b, int bo, float t, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * s + b[bo + i] * t;
        }
    }

    static void apply(Lane f, double[] a, int ao, double[] out, int oo, int n) {
        switch (f) {
            case COPY -> System.arraycopy(a, ao, out, oo, n);
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = -a[ao + i];
                }
            }
            case SQUARE -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * a[ao + i];
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] <= 0 ? 0 : a[ao + i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.apply(a[ao + i]);
                }
            }
        }
    }

    static void apply(Lane f, double[] a, int ao, double[] b, int bo, double[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] / b[bo + i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(a[ao + i], b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(a[ao + i], b[bo + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.apply(a[ao + i], b[bo + i]);
                }
            }
        }
    }

    static void apply(Lane f, double[] a, int ao, double s, double[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] + s;
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] - s;
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * s;
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] / s;
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(a[ao + i], s);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(a[ao + i], s);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.apply(a[ao + i], s);
                }
            }
        }
    }

    static void apply(Lane f, double s, double[] b, int bo, double[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s * b[bo + i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s / b[bo + i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(s, b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(s, b[bo + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.apply(s, b[bo + i]);
                }
            }
        }
    }

    static void apply(Lane f, double[] a, int ao, double[] b, int bo, double[] c, int co, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = f.apply(a[ao + i], b[bo + i], c[co + i]);
        }
    }

    static void mulAdd(double[] a, int ao, double s, double[] b, int bo, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * s + b[bo + i];
        }
    }

    static void mulAddMul(double[] a, int ao, double s, double[] b, int bo, double t, double[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * s + b[bo + i] * t;
        }
    }

    static void apply(Lane f, long[] a, int ao, long[] out, int oo, int n) {
        switch (f) {
            case COPY -> System.arraycopy(a, ao, out, oo, n);
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = -a[ao + i];
                }
            }
            case SQUARE -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * a[ao + i];
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.applyLong(a[ao + i]);
                }
            }
        }
    }

    static void apply(Lane f, long[] a, int ao, long[] b, int bo, long[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * b[bo + i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(a[ao + i], b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(a[ao + i], b[bo + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.applyLong(a[ao + i], b[bo + i]);
                }
            }
        }
    }

    static void apply(Lane f, long[] a, int ao, long s, long[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] + s;
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] - s;
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = a[ao + i] * s;
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(a[ao + i], s);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(a[ao + i], s);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.applyLong(a[ao + i], s);
                }
            }
        }
    }

    static void apply(Lane f, long s, long[] b, int bo, long[] out, int oo, int n) {
        switch (f) {
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s + b[bo + i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s - b[bo + i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = s * b[bo + i];
                }
            }
            case MAX -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.max(s, b[bo + i]);
                }
            }
            case MIN -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = Math.min(s, b[bo + i]);
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    out[oo + i] = f.applyLong(s, b[bo + i]);
                }
            }
        }
    }

    static void apply(Lane f, long[] a, int ao, long[] b, int bo, long[] c, int co, long[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = f.applyLong(a[ao + i], b[bo + i], c[co + i]);
        }
    }

    static void mulAdd(long[] a, int ao, long s, long[] b, int bo, long[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * s + b[bo + i];
        }
    }

    static void mulAddMul(long[] a, int ao, long s, long[] b, int bo, long t, long[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * s + b[bo + i] * t;
        }
    }
}
