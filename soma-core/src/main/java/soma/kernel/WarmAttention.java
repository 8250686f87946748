package soma.kernel;

import org.jspecify.annotations.Nullable;

/** What attention does with a row of scores, on its way to hot; its products are those of {@link WarmTile}. */
final class WarmAttention extends Warming {

    private enum Kind {
        SCALE,
        EXPONENTIALS,
        SLOPES
    }

    private static final int VL = VectorGemm.VL;
    private static final float[] NONE = new float[0];

    static final WarmAttention SCALE = new WarmAttention(Kind.SCALE);
    static final WarmAttention EXPONENTIALS = new WarmAttention(Kind.EXPONENTIALS);
    static final WarmAttention SLOPES = new WarmAttention(Kind.SLOPES);

    private final Kind kind;
    private final float[] lanes = new float[VL];
    private float @Nullable [] numbers;

    private WarmAttention(Kind kind) {
        this.kind = kind;
    }

    @Override
    int instructions() {
        return switch (kind) {
            case SCALE -> 6;
            case EXPONENTIALS -> 22;
            case SLOPES -> 30;
        };
    }

    @Override
    void sample(int turns) {
        int most = 34 * VL;
        if (numbers == null) {
            numbers = new float[2 * most];
        }
        var x = numbers;
        int n = Math.min(most, turns * VL);
        switch (kind) {
            case SCALE -> VectorAttention.scaleRow(x, 0, Math.max(0, n - 1), 1, NONE, 0);
            case EXPONENTIALS -> VectorAttention.exponentialsOfRow(x, 0, n, 1, lanes);
            case SLOPES -> VectorAttentionBack.slopesOfRow(x, x, 0, n, 1, 1, lanes);
        }
    }

    // ---- the twins

    /** {@link VectorAttention#scaleRow}. */
    static float scale(float[] s, int at, int n, float scale, float[] mask, int mo) {
        float most = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            float x = s[at + j] * scale;
            x = mask.length == 0 ? x : x + mask[mo + j];
            most = Math.max(most, x);
            s[at + j] = x;
        }
        return most;
    }

    /** {@link VectorAttention#exponentialsOfRow}. */
    static float exponentials(float[] s, int at, int n, float max) {
        var sum = new float[VL];
        for (int j = 0; j < n; j++) {
            float e = WarmRows.exp(s[at + j] - max);
            s[at + j] = e;
            sum[j % VL] += e;
        }
        return VectorFold.sum(sum);
    }

    /** {@link VectorAttentionBack#slopesOfRow}. */
    static void slopes(float[] p, float[] d, int at, int n, float scale, float lse) {
        var total = new float[VL];
        for (int j = 0; j < n; j++) {
            float e = WarmRows.exp(p[at + j] - lse);
            p[at + j] = e;
            total[j % VL] = Math.fma(e, d[at + j], total[j % VL]);
        }
        float mean = VectorFold.sum(total);
        for (int j = 0; j < n; j++) {
            d[at + j] = (d[at + j] - mean) * p[at + j] * scale;
        }
    }
}
