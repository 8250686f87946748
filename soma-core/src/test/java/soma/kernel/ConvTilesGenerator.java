package soma.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * Writes {@code VectorConvTiles.java} and {@code VectorConvDots.java}: straight-line register tiles, one method a tile
 * height, because C2 keeps vectors in registers only within one method. Run with the source folder as the argument.
 */
public final class ConvTilesGenerator {

    static final int MAX_ROWS = 12;
    static final int MAX_DOT_ROWS = 6;

    private ConvTilesGenerator() {}

    public static void main(String[] args) throws IOException {
        var folder = Path.of(args[0], "soma", "kernel");
        Files.writeString(folder.resolve("VectorConvTiles.java"), tiles());
        Files.writeString(folder.resolve("VectorConvDots.java"), dots());
    }

    static String tiles() {
        var s = new StringBuilder();
        s.append("""
            package soma.kernel;

            import jdk.incubator.vector.FloatVector;
            import jdk.incubator.vector.VectorSpecies;

            /**
             * Register tiles of the implicit-GEMM convolution: rows of packed weights times vectors of pixels. Written by
             * ConvTilesGenerator in the test sources; change it there.
             * <p>The vectors of pixels start at {@code bo + vb[v] + off[k]}: with a table of tap offsets the padded image itself is
             * the patch matrix, and nothing is copied for each tap. The result goes to {@code c[co + vc[v] + row * ldc]}.
             * <p>The table ends with -1. To C2 that is no counted loop: it is compiled once, not as three loops, and fewer
             * addresses live across it; where C2 spills addresses to vector registers (Intel) that gave 10 to 30 %.
             */
            final class VectorConvTiles {

                static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
                static final int VL = S.length();

                /**
                 * Tallest tile: 12 x 2 accumulators need 32 registers; with the 16 of AVX2, 5 x 2 is the best that does not spill.
                 */
                static final int ROWS = VL == 16 || "aarch64".equals(System.getProperty("os.arch")) ? 12 : 5;

                private VectorConvTiles() {}

                /**
                 * Vectors of pixels side by side in a tile: low tiles are widened to hide the latency of the fused multiply-add.
                 */
                static int vectors(int rows) {
                    return rows <= (ROWS == 12 ? 3 : 2) ? 4 : 2;
                }

                /** C[rows x pixels] (+)= A B over off[k0] .. -1, for the vectors v0 .. v1-1, a multiple of {@link #vectors}. */
                static void sweep(
                        int rows, float[] a, int ao, float[] b, int bo, int[] off, int k0,
                        int[] vb, int[] vc, int v0, int v1, float[] c, int co, int ldc, boolean add) {
                    int width = vectors(rows);
                    for (int v = v0; v < v1; v += width) {
                        switch (rows) {
            """);
        var call = "(a, ao, b, bo, off, k0, vb, vc, v, c, co, ldc, add);";
        for (int r = 1; r <= MAX_ROWS; r++) {
            if (r == 3) {
                line(s, 4, "case 3 -> {");
                line(s, 5, "if (width == 4) {");
                line(s, 6, "tile3x4%s", call);
                line(s, 5, "} else {");
                line(s, 6, "tile3x2%s", call);
                line(s, 5, "}");
                line(s, 4, "}");
            } else {
                line(s, 4, "case %d -> tile%dx%d%s", r, r, r < 3 ? 4 : 2, call);
            }
        }
        line(s, 4, "default -> throw new AssertionError(rows);");
        s.append("            }\n        }\n    }\n");
        for (int r = 1; r <= MAX_ROWS; r++) {
            if (r <= 3) {
                s.append(tile(r, 4));
            }
            if (r >= 3) {
                s.append(tile(r, 2));
            }
        }
        return s.append("}\n").toString();
    }

    private static String tile(int rows, int width) {
        var s = new StringBuilder();
        s.append("""

                private static void tile%dx%d(
                        float[] a, int ao, float[] b, int bo, int[] off, int k0,
                        int[] vb, int[] vc, int v, float[] c, int co, int ldc, boolean add) {
            """.formatted(rows, width));
        for (int j = 0; j < width; j++) {
            line(s, 2, "int b%d = bo + vb[v%s];", j, j == 0 ? "" : " + " + j);
        }
        for (int j = 0; j < width; j++) {
            line(s, 2, "int d%d = co + vc[v%s];", j, j == 0 ? "" : " + " + j);
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                line(s, 2, "var c%dx%d = FloatVector.zero(S);", i, j);
            }
        }
        line(s, 2, "int p = ao;");
        line(s, 2, "int k = k0;");
        line(s, 2, "int o = off[k];");
        line(s, 2, "do {");
        for (int j = 0; j < width; j++) {
            line(s, 3, "var x%d = FloatVector.fromArray(S, b, b%d + o);", j, j);
        }
        for (int i = 0; i < rows; i++) {
            line(s, 3, "%sw = FloatVector.broadcast(S, a[p%s]);", i == 0 ? "var " : "", i == 0 ? "" : " + " + i);
            for (int j = 0; j < width; j++) {
                line(s, 3, "c%dx%d = w.fma(x%d, c%dx%d);", i, j, j, i, j);
            }
        }
        line(s, 3, "p += %d;", rows);
        line(s, 3, "o = off[++k];");
        line(s, 2, "} while (o >= 0);");
        line(s, 2, "if (add) {");
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                line(s, 3, "c%dx%d = c%dx%d.add(FloatVector.fromArray(S, c, d%d%s));", i, j, i, j, j, times(i, "ldc"));
            }
        }
        line(s, 2, "}");
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                line(s, 2, "c%dx%d.intoArray(c, d%d%s);", i, j, j, times(i, "ldc"));
            }
        }
        return s.append("    }\n").toString();
    }

    /** Taps side by side in a dot tile of that many rows, with 32 vector registers and with 16. */
    static int taps(int rows, boolean manyRegisters) {
        return (manyRegisters ? new int[] {0, 8, 8, 6, 5, 4, 3} : new int[] {0, 6, 4, 3, 2, 2, 0})[rows];
    }

    static String dots() {
        var s = new StringBuilder();
        s.append("""
            package soma.kernel;

            import static soma.kernel.VectorConvTiles.S;
            import static soma.kernel.VectorConvTiles.VL;

            import jdk.incubator.vector.FloatVector;

            /**
             * Register tiles of the weight gradient: an output channel's gradient times a tap's shifted image, one long dot product
             * over pixels. The image is contiguous along pixels, so no patch is transposed. The gradient rows of a tile are
             * interleaved by vectors, which leaves one address for all of them: with an address a row C2 runs out of registers
             * (54 against 92 GFLOP/s). Written by ConvTilesGenerator in the test sources; change it there.
             */
            final class VectorConvDots {

                /** Tallest tile, see {@link VectorConvTiles#ROWS}. */
                static final int ROWS = VectorConvTiles.ROWS == 12 ? 6 : 5;

                private static final int BITS = Integer.numberOfTrailingZeros(VL);
                /** For each bit of the lane number: which lanes of two vectors make the first and the second summand. */
                private static final float[] FIRST = summands(0);

                private static final float[] SECOND = summands(1);
                private static final FloatVector FIRST0 = FloatVector.fromArray(S, FIRST, 0);
                private static final FloatVector SECOND0 = FloatVector.fromArray(S, SECOND, 0);
                private static final FloatVector FIRST1 = FloatVector.fromArray(S, FIRST, VL);
                private static final FloatVector SECOND1 = FloatVector.fromArray(S, SECOND, VL);

                private VectorConvDots() {}

                private static float[] summands(int which) {
                    var index = new float[BITS * VL];
                    for (int i = 0; i < index.length; i++) {
                        int bit = 1 << i / VL;
                        int lane = i % VL;
                        index[i] = ((lane & bit) == 0 ? 0 : VL) + (lane & ~bit) + (which == 0 ? 0 : bit);
                    }
                    return index;
                }

                /**
                 * Adds the sums over the lanes of some vectors to {@code out}: each pass joins two vectors into one, half lanes
                 * added. The first two passes are the callers'. Not reduceLanes: its order is one in the interpreter and another in
                 * C2, so that the same program would give other bits once compiled.
                 */
                private static void fold(float[] sums, int vectors, float[] out, int at) {
                    int n = vectors;
                    for (int bit = 2; bit < BITS; bit++) {
                        var first = FloatVector.fromArray(S, FIRST, bit * VL);
                        var second = FloatVector.fromArray(S, SECOND, bit * VL);
                        for (int i = 0; i < n; i += 2) {
                            var a = FloatVector.fromArray(S, sums, i * VL);
                            var b = FloatVector.fromArray(S, sums, Math.min(i + 1, n - 1) * VL);
                            first.selectFrom(a, b).add(second.selectFrom(a, b)).intoArray(sums, i / 2 * VL);
                        }
                        n = (n + 1) / 2;
                    }
                    for (int i = 0; i < n * VL; i += VL) {
                        FloatVector.fromArray(S, sums, i).add(FloatVector.fromArray(S, out, at + i)).intoArray(out, at + i);
                    }
                }

                /** Elements of the result of a tile: rows * taps, rounded up to whole vectors. */
                static int room(int rows) {
                    return (rows * taps(rows) + VL - 1) / VL * VL;
                }

                /** Taps side by side in a tile of that many rows. */
                static int taps(int rows) {
                    return switch (rows) {
            """);
        for (int r = 1; r <= MAX_DOT_ROWS; r++) {
            line(
                    s,
                    3,
                    taps(r, false) != taps(r, true) && taps(r, false) > 0
                            ? "case %d -> ROWS == 6 ? %d : %d;"
                            : "case %d -> %d;",
                    r,
                    taps(r, true),
                    taps(r, false));
        }
        s.append("""
                        default -> throw new AssertionError(rows);
                    };
                }

                /**
                 * out[at + row * taps + t] += the sum over v and lanes of d[dof + v][row] x[xof + off[min(k + t, last)] + qx[v]],
                 * for v from 0 until qx[v] is negative; d holds a vector a row for each v. {@code sums} is room for rows * taps
                 * vectors.
                 */
                static void dot(
                        int rows, float[] d, int dof, float[] x, int xof, int[] off, int k, int last, int[] qx, float[] sums, float[] out, int at) {
                    switch (rows) {
            """);
        for (int r = 1; r <= MAX_DOT_ROWS; r++) {
            var call = "(d, dof, x, xof, off, k, last, qx, sums, out, at);";
            int few = taps(r, false);
            if (few != taps(r, true) && few > 0) {
                line(s, 3, "case %d -> {", r);
                line(s, 4, "if (ROWS == 6) {");
                line(s, 5, "dot%dx%d%s", r, taps(r, true), call);
                line(s, 4, "} else {");
                line(s, 5, "dot%dx%d%s", r, few, call);
                line(s, 4, "}");
                line(s, 3, "}");
            } else {
                line(s, 3, "case %d -> dot%dx%d%s", r, r, taps(r, true), call);
            }
        }
        s.append("            default -> throw new AssertionError(rows);\n        }\n    }\n");
        for (int r = 1; r <= MAX_DOT_ROWS; r++) {
            s.append(dot(r, taps(r, true)));
            if (taps(r, false) > 0 && taps(r, false) != taps(r, true)) {
                s.append(dot(r, taps(r, false)));
            }
        }
        return s.append("}\n").toString();
    }

    private static String dot(int rows, int taps) {
        var s = new StringBuilder();
        s.append("""

                private static void dot%dx%d(
                        float[] d, int dof, float[] x, int xof, int[] off, int k, int last, int[] qx, float[] sums, float[] out, int at) {
            """.formatted(rows, taps));
        for (int j = 0; j < taps; j++) {
            line(s, 2, j == 0 ? "int o0 = xof + off[k];" : "int o%d = xof + off[Math.min(k + %d, last)];", j, j);
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < taps; j++) {
                line(s, 2, "var c%dx%d = FloatVector.zero(S);", i, j);
            }
        }
        line(s, 2, "int p = dof;");
        line(s, 2, "int v = 0;");
        line(s, 2, "int q = qx[0];");
        line(s, 2, "do {");
        for (int j = 0; j < taps; j++) {
            line(s, 3, "var x%d = FloatVector.fromArray(S, x, o%d + q);", j, j);
        }
        for (int i = 0; i < rows; i++) {
            line(s, 3, "%sy = FloatVector.fromArray(S, d, p%s);", i == 0 ? "var " : "", times(i, "VL"));
            for (int j = 0; j < taps; j++) {
                line(s, 3, "c%dx%d = y.fma(x%d, c%dx%d);", i, j, j, i, j);
            }
        }
        line(s, 3, "p += %s;", rows == 1 ? "VL" : rows + " * VL");
        line(s, 3, "q = qx[++v];");
        line(s, 2, "} while (q >= 0);");
        var names = new ArrayList<String>();
        for (int i = 0; i < rows * taps; i++) {
            names.add("c%dx%d".formatted(i / taps, i % taps));
        }
        for (int bit = 0; bit < 2; bit++) {
            var joined = new ArrayList<String>();
            for (int i = 0; i < names.size(); i += 2) {
                var a = names.get(i);
                var b = names.get(Math.min(i + 1, names.size() - 1));
                joined.add("%c%d".formatted("st".charAt(bit), i / 2));
                line(
                        s,
                        2,
                        "var %s = FIRST%d.selectFrom(%s, %s).add(SECOND%d.selectFrom(%s, %s));",
                        joined.getLast(),
                        bit,
                        a,
                        b,
                        bit,
                        a,
                        b);
            }
            names = joined;
        }
        for (int i = 0; i < names.size(); i++) {
            line(s, 2, "%s.intoArray(sums, %d * VL);", names.get(i), i);
        }
        line(s, 2, "fold(sums, %d, out, at);", names.size());
        return s.append("    }\n").toString();
    }

    private static String times(int i, String stride) {
        return switch (i) {
            case 0 -> "";
            case 1 -> " + " + stride;
            default -> " + " + i + " * " + stride;
        };
    }

    private static void line(StringBuilder s, int indent, String format, Object... args) {
        s.append("    ".repeat(indent)).append(format.formatted(args)).append('\n');
    }
}
