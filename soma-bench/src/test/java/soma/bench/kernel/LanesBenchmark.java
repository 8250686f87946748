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
import soma.kernel.Lane;
import soma.kernel.Lanes;

/** Elementwise functions: in the first cache (1,024 numbers) and beyond all caches but the last (a million). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
public class LanesBenchmark {

    @Param({"EXP", "LOG", "TANH", "SIGMOID", "ERF", "GELU", "GELU_TANH", "SILU", "RELU"})
    public Lane function = Lane.EXP;

    @Param({"1024", "1048576"})
    public int n;

    private float[] x = {};
    private float[] y = {};

    @Setup
    public void setup() {
        x = Numbers.normal(n);
        for (int i = 0; i < n; i++) {
            x[i] = function == Lane.LOG ? Math.abs(x[i]) : x[i];
        }
        y = new float[n];
    }

    @Benchmark
    public float[] apply() {
        Lanes.apply(function, x, 0, y, 0, n);
        return y;
    }
}
