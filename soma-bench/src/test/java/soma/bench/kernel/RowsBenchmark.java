package soma.bench.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import soma.kernel.Norms;
import soma.kernel.Rows;

/** Softmax and layer norm over the rows of a matrix, forward and backward, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
public class RowsBenchmark {
    private static final int ROWS = 512;

    @Param({"64", "1024"})
    public int n;

    private float[] x = {};
    private float[] y = {};
    private float[] dy = {};
    private float[] dx = {};
    private float[] gain = {};
    private float[] bias = {};
    private float[] dGain = {};
    private float[] dBias = {};
    private final float[] mean = new float[ROWS];
    private final float[] rstd = new float[ROWS];

    @Setup
    public void setup() {
        x = Numbers.normal(ROWS * n);
        dy = Numbers.normal(ROWS * n);
        gain = Numbers.normal(n);
        bias = Numbers.normal(n);
        dGain = new float[n];
        dBias = new float[n];
        y = new float[ROWS * n];
        dx = new float[ROWS * n];
        softmax();
        layerNorm();
    }

    @Benchmark
    public float[] softmax() {
        Rows.softmax(x, 0, y, 0, 0, ROWS, n);
        return y;
    }

    @Benchmark
    public float[] softmaxBack() {
        Rows.softmaxBack(y, 0, dy, 0, dx, 0, 0, ROWS, n);
        return dx;
    }

    @Benchmark
    public float[] layerNorm() {
        Norms.layerNorm(x, 0, gain, 0, bias, 0, y, 0, mean, 0, rstd, 0, 0, ROWS, n, 1e-5);
        return y;
    }

    @Benchmark
    public float[] layerNormBack() {
        Norms.layerNormBack(x, 0, dy, 0, gain, 0, mean, 0, rstd, 0, dx, 0, dGain, 0, dBias, 0, 0, ROWS, n);
        return dx;
    }
}
