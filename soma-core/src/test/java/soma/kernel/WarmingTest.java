package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** What runs until the vector code is compiled gives the same bits as the vector code. */
class WarmingTest {

    private static final int[] SIZES = {1, 3, 7, 10, 15, 16, 17, 31, 33, 64, 100, 129, 1021};
    private static final Random RANDOM = new Random(1);

    private static float[] numbers(int n) {
        var x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = i % 11 == 5 ? 0 : 3 * (float) RANDOM.nextGaussian();
        }
        return x;
    }

    private static int[] bits(float[] x) {
        var bits = new int[x.length];
        for (int i = 0; i < x.length; i++) {
            bits[i] = Float.floatToRawIntBits(x[i]);
        }
        return bits;
    }

    /** Runs it both ways on the same array, whose first elements are its input and whose rest it may write to. */
    private static void same(String name, float[] x, List<Warming> kernels, Consumer<float[]> run) {
        var plain = x.clone();
        var vectors = x.clone();
        kernels.forEach(k -> k.hot = false);
        run.accept(plain);
        kernels.forEach(k -> k.hot = true);
        run.accept(vectors);
        assertThat(bits(plain)).as(name).isEqualTo(bits(vectors));
    }

    @Test
    void tilesAreTheSameChains() {
        for (int r = 1; Cpu.VECTORS && r <= VectorGemm.ROWS; r++) {
            for (int k : new int[] {1, 2, 3, 5, 8, 63}) {
                for (boolean add : new boolean[] {false, true}) {
                    tile(r, k, add);
                }
            }
        }
    }

    private static void tile(int r, int k, boolean add) {
        int wide = VectorGemm.PANEL;
        int b = r * k;
        int c = b + k * wide;
        var x = numbers(c + r * wide);
        var name = r + " rows, k = " + k + ", add " + add;
        if (VectorGemm.WIDE) {
            same(name, x, List.of(WarmTile.BY1[r]), y -> VectorTiles512.by1(r, y, 0, k, y, b, y, c, wide, k, add));
            same(name, x, List.of(WarmTile.BY2[r]), y -> VectorTiles512.by2(r, y, 0, k, y, b, y, c, wide, k, add));
            same(
                    name,
                    x,
                    List.of(WarmTile.IN_PLACE[r]),
                    y -> VectorInPlace512.by2(r, y, 0, k, y, b, wide, y, c, wide, k, add));
        } else {
            same(name, x, List.of(WarmTile.BY1[r]), y -> VectorTiles256.by1(r, y, 0, k, y, b, y, c, wide, k, add));
            same(name, x, List.of(WarmTile.BY2[r]), y -> VectorTiles256.by2(r, y, 0, k, y, b, y, c, wide, k, add));
            same(
                    name,
                    x,
                    List.of(WarmTile.IN_PLACE[r]),
                    y -> VectorInPlace256.by2(r, y, 0, k, y, b, wide, y, c, wide, k, add));
        }
    }

    @Test
    void productsAreThoseOfPackedVectors() {
        var team = new Workers(2);
        for (int m : new int[] {5, 30, 128}) {
            for (int n : new int[] {5, 17, 40, 100}) {
                for (int k : new int[] {1, 15, 33, 700}) {
                    for (int way = 0; Cpu.VECTORS && way < 8; way++) {
                        boolean transA = way % 2 == 1;
                        boolean transB = way / 2 % 2 == 1;
                        boolean add = way > 3;
                        int b = m * k;
                        int c = b + k * n;
                        same(
                                m + " " + n + " " + k + " " + way,
                                numbers(c + m * n),
                                all(),
                                x -> Gemm.run(
                                        team,
                                        transA,
                                        transB,
                                        m,
                                        n,
                                        k,
                                        x,
                                        0,
                                        transA ? m : k,
                                        x,
                                        b,
                                        transB ? k : n,
                                        x,
                                        c,
                                        n,
                                        add,
                                        Epilogue.NONE));
                    }
                }
            }
        }
    }

    private static List<Warming> all() {
        var all = new ArrayList<Warming>(
                List.of(WarmPack.TRANSPOSE, WarmPack.NARROW, WarmPack.TILE, WarmPack.PANELS, WarmPack.UNPACK));
        for (var tiles : List.of(WarmTile.BY1, WarmTile.BY2, WarmTile.PACKED1, WarmTile.PACKED2, WarmTile.IN_PLACE)) {
            all.addAll(List.of(tiles));
        }
        return all;
    }

    @Test
    void lanesAreTheSame() {
        for (int n : SIZES) {
            for (var f : Lane.values()) {
                if (Cpu.VECTORS && WarmLane.hasTwin(f)) {
                    lane(f, n);
                }
            }
            if (Cpu.VECTORS) {
                int c = 2 * n;
                same("mulAdd", numbers(3 * n), List.of(WarmLane.MUL_ADD), x -> Lanes.mulAdd(x, 0, 1.7f, x, n, x, c, n));
                same(
                        "mulAddMul",
                        numbers(3 * n),
                        List.of(WarmLane.MUL_ADD_MUL),
                        x -> Lanes.mulAddMul(x, 0, 1.7f, x, n, 0.3f, x, c, n));
            }
        }
    }

    @Test
    void activationsAreTheSameAtTheEnds() {
        var ends = new float[] {
            0,
            -0f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MIN_VALUE,
            -Float.MAX_VALUE,
            88.7f,
            88.8f,
            -88.7f,
            -88.8f,
            -87.3f,
            -87.4f,
            87.1f,
            10.1f,
            9.95f,
            -10.1f,
            -9.95f,
            13.3f,
            -13.3f,
            9.02f,
            3.93f,
            1e-20f,
            -1e-20f,
            0.1f,
            -0.1f,
            1,
            -1,
            2.5f,
            -2.5f,
            6,
            -6
        };
        for (var f : Lane.values()) {
            if (Cpu.VECTORS && WarmExp.has(f)) {
                var plain = new float[ends.length];
                WarmLane.unary(f, ends, 0, plain, 0, ends.length);
                var vectors = new float[ends.length];
                VectorLanes.apply(f, ends, 0, vectors, 0, ends.length);
                assertThat(plain).as(f.name()).containsExactly(vectors);
            }
        }
    }

    private static void lane(Lane f, int n) {
        int i = f.ordinal();
        var x = numbers(4 * n);
        int out = 3 * n;
        switch (f.arity()) {
            case 1 -> same(f.name(), x, List.of(WarmLane.UNARY[i]), y -> Lanes.apply(f, y, 0, y, out, n));
            case 2 -> {
                same(f.name(), x, List.of(WarmLane.BINARY[i]), y -> Lanes.apply(f, y, 0, y, n, y, out, n));
                for (float s : new float[] {0, 1.3f, -7}) {
                    same(f + " " + s, x, List.of(WarmLane.RIGHT[i]), y -> Lanes.apply(f, y, 0, s, y, out, n));
                    same(s + " " + f, x, List.of(WarmLane.LEFT[i]), y -> Lanes.apply(f, s, y, 0, y, out, n));
                }
            }
            default ->
                same(f.name(), x, List.of(WarmLane.TERNARY[i]), y -> Lanes.apply(f, y, 0, y, n, y, 2 * n, y, out, n));
        }
    }

    @Test
    void drawsAreTheSame() {
        for (int n : SIZES) {
            for (int offset : new int[] {0, 1, 6, 31, 64}) {
                if (Cpu.VECTORS) {
                    same(
                            "normal",
                            new float[n + 1],
                            List.of(WarmDraw.NORMAL),
                            x -> Draw.normal(7 + n, offset, x, 1, n));
                    same(
                            "uniform",
                            new float[n + 1],
                            List.of(WarmDraw.UNIFORM),
                            x -> Draw.uniform(7 + n, offset, x, 1, n));
                }
            }
        }
    }

    @Test
    void rowsAndSumsFoldTheSameLanes() {
        for (int n : SIZES) {
            if (Cpu.VECTORS) {
                rows(n);
            }
        }
    }

    private static void rows(int n) {
        int rows = 13;
        var labels = new long[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i == 4 ? -100 : i * 31 % n;
        }
        int out = rows * n;
        var x = numbers(2 * out + rows);
        same("loss " + n, x, List.of(WarmRows.LOSS), y -> Rows.crossEntropy(y, 0, labels, 0, y, out, 1, rows, n, -100));
        same(
                "slope of loss " + n,
                x,
                List.of(WarmRows.LOSS_BACK),
                y -> Rows.crossEntropyBack(y, 0, labels, 0, y, 2 * out, y, out, 0, rows, n, -100));
        same("sum " + n, x, List.of(WarmRows.ROW_SUM), y -> y[0] = Reduce.row(Fold.SUM, y, 1, rows * n));
        for (int r : new int[] {1, 2, 63, 64, 131}) {
            same(
                    "column sums " + n,
                    numbers((r + 1) * n),
                    List.of(WarmRows.COLUMN_SUMS),
                    y -> Reduce.columns(Fold.SUM, y, 0, r, n, y, r * n));
        }
    }

    @Test
    void normsFoldTheSameLanes() {
        for (int n : SIZES) {
            if (Cpu.VECTORS && n >= VectorNorms.VL) {
                norms(n);
            }
        }
    }

    private static void norms(int n) {
        int rows = 5;
        int dy = rows * n;
        int w = 2 * dy;
        int b = w + n;
        int mean = b + n;
        int rstd = mean + rows;
        int y = rstd + rows;
        var x = numbers(y + dy);
        var none = new float[0];
        for (boolean scales : new boolean[] {false, true}) {
            for (boolean shifts : new boolean[] {false, true}) {
                same(
                        "layer norm " + n + scales + shifts,
                        x,
                        List.of(WarmNorms.LAYER),
                        a -> Norms.layerNorm(
                                a,
                                0,
                                scales ? a : none,
                                w,
                                shifts ? a : none,
                                b,
                                a,
                                y,
                                a,
                                mean,
                                a,
                                rstd,
                                1,
                                rows,
                                n,
                                1e-5));
            }
            same(
                    "rms norm " + n + scales,
                    x,
                    List.of(WarmNorms.RMS),
                    a -> Norms.rmsNorm(a, 0, scales ? a : none, w, a, y, a, rstd, 0, rows, n, 1e-5));
        }
        same(
                "slopes of layer norm " + n,
                x,
                List.of(WarmNorms.LAYER_BACK),
                a -> Norms.layerNormBack(a, 0, a, dy, x, w, a, mean, a, rstd, a, y, a, w, a, b, 0, rows, n));
        same(
                "slopes of rms norm " + n,
                x,
                List.of(WarmNorms.RMS_BACK),
                a -> Norms.rmsNormBack(a, 0, a, dy, x, w, a, rstd, a, y, a, w, 0, rows, n));
    }

    @Test
    void attentionFoldsTheSameLanes() {
        var team = new Workers(2);
        for (int t : new int[] {5, 16, 33, 70}) {
            for (boolean causal : new boolean[] {false, true}) {
                for (boolean masked : new boolean[] {false, true}) {
                    if (Cpu.VECTORS) {
                        attention(team, t, causal, masked);
                    }
                }
            }
        }
    }

    private static void attention(Workers team, int t, boolean causal, boolean masked) {
        int heads = 3;
        int width = 8;
        int row = heads * width;
        var shape = new AttentionShape(2, heads, t, t, width, width, 0.4, causal, 0);
        int size = 2 * t * row;
        var mask = masked ? new ScoreMask<>(numbers(t * t), 0, 0, 0, t) : new ScoreMask<>(new float[0], 0, 0, 0, 0);
        var kernels = new ArrayList<>(all());
        kernels.addAll(List.of(WarmAttention.SCALE, WarmAttention.EXPONENTIALS, WarmAttention.SLOPES));
        var name = t + (causal ? " causal" : "") + (masked ? " masked" : "");
        same(name, numbers(8 * size), kernels, x -> {
            IntFunction<HeadRows<float[]>> part = i -> new HeadRows<>(x, i * size, t * row, row);
            var y = new float[size];
            var lse = new float[2 * heads * t];
            AttentionLoops.forward(team, shape, part.apply(0), part.apply(1), part.apply(2), mask, y, lse);
            AttentionLoops.backward(
                    team,
                    shape,
                    part.apply(0),
                    part.apply(1),
                    part.apply(2),
                    mask,
                    lse,
                    0,
                    part.apply(3),
                    part.apply(4),
                    part.apply(5),
                    part.apply(6));
            System.arraycopy(y, 0, x, 7 * size, size);
        });
    }

    @Test
    void runningSumsAddInOneOrder() {
        for (int n : SIZES) {
            if (Cpu.VECTORS) {
                runningSums(n);
            }
        }
    }

    private static void runningSums(int n) {
        var x = numbers(5 * n);
        same("sums of rows " + n, x, List.of(WarmScan.ROW), y -> Scan.cumsum(y, 0, y, 2 * n, 0, 2, n, 1));
        same("sum of a piece " + n, x, List.of(WarmScan.TOTAL), y -> {
            var sums = new double[1];
            Scan.pieceSums(y, n, 4 * n, sums, 0, 1);
            y[0] = (float) (1e6 * sums[0]);
        });
        same("sums of columns " + n, x, List.of(WarmScan.ADD), y -> Scan.cumsum(y, 0, y, n, 0, 1, 3, n));
        same("products " + n, x, List.of(WarmScan.MULTIPLY), y -> Scan.cumprod(y, 0, y, n, 0, 1, 3, n));
    }

    /** A sample that fails would end the thread that all kernels wait for. */
    @Test
    void everySampleRuns() {
        if (!Cpu.VECTORS) {
            return;
        }
        var kernels = new ArrayList<>(all());
        kernels.addAll(List.of(WarmDraw.NORMAL, WarmDraw.UNIFORM, WarmLane.MUL_ADD, WarmLane.MUL_ADD_MUL));
        var sums = new Instr(Instr.Form.BINARY, Lane.ADD, 2, 0, 1, 0, 0);
        kernels.add(new FusedLoop(new LoopProgram(2, List.of(sums, sums, sums), BitSet.valueOf(new long[] {4}))));
        kernels.addAll(List.of(WarmRows.LOSS, WarmRows.LOSS_BACK, WarmRows.ROW_SUM, WarmRows.COLUMN_SUMS));
        kernels.addAll(List.of(WarmWinograd.GATHER, WarmWinograd.INTERLEAVE));
        for (var kind : WinogradTransform.Kind.values()) {
            if (kind != WinogradTransform.Kind.SAME) {
                kernels.add(WarmWinograd.of(kind));
            }
        }
        kernels.addAll(List.of(WarmNorms.LAYER, WarmNorms.LAYER_BACK, WarmNorms.RMS, WarmNorms.RMS_BACK));
        kernels.addAll(List.of(WarmAttention.SCALE, WarmAttention.EXPONENTIALS, WarmAttention.SLOPES));
        kernels.addAll(List.of(WarmScan.ROW, WarmScan.TOTAL, WarmScan.ADD, WarmScan.MULTIPLY));
        for (var f : Lane.values()) {
            var forms = switch (f.arity()) {
                case 1 -> List.<WarmLane[]>of(WarmLane.UNARY);
                case 2 -> List.of(WarmLane.BINARY, WarmLane.RIGHT, WarmLane.LEFT);
                default -> List.<WarmLane[]>of(WarmLane.TERNARY);
            };
            for (var form : forms) {
                if (WarmLane.hasTwin(f)) {
                    kernels.add(form[f.ordinal()]);
                }
            }
        }
        for (var kernel : kernels) {
            if (!(kernel instanceof WarmTile tile && tile.rows == 0)) {
                for (int turns : new int[] {0, 1, 3, 3, 3, kernel.turns(), kernel.turns()}) {
                    assertThatCode(() -> kernel.sample(turns)).doesNotThrowAnyException();
                }
            }
        }
    }

    @Test
    void aKernelThatIsUsedBecomesHot() throws InterruptedException {
        var kernel = new Warming() {
            @Override
            void sample(int turns) {}

            @Override
            int instructions() {
                return 1;
            }
        };
        kernel.hot = false;
        assertThat(kernel.isCold(1)).isTrue();
        for (int i = 0; i < 1000 && kernel.isCold(Warming.ENOUGH); i++) {
            Thread.sleep(10);
        }
        assertThat(kernel.isCold(1)).isFalse();
    }
}
