package soma.bench.kernel;

import java.util.Arrays;
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
import soma.kernel.Epilogue;
import soma.kernel.Gemm;
import soma.kernel.Workers;

/** Matrix products m x k by k x n: plain, with the second factor transposed (y W^T), with the first one (x^T dy). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
public class GemmBenchmark {

    @Param({"512x512x512", "1024x1024x1024", "2048x2048x2048", "64x400x120", "128x784x256", "32x512x2048", "32x8x8"})
    public String shape = "";

    @Param({"1", "2"})
    public int threads;

    private int m;
    private int k;
    private int n;
    private float[] a = {};
    private float[] b = {};
    private float[] c = {};
    private Workers workers = new Workers(1);

    @Setup
    public void setup() {
        var sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
        m = sizes[0];
        k = sizes[1];
        n = sizes[2];
        a = Numbers.normal(m * k);
        b = Numbers.normal(k * n);
        c = new float[m * n];
        workers = new Workers(threads);
    }

    @Benchmark
    public float[] plain() {
        Gemm.run(workers, false, false, m, n, k, a, 0, k, b, 0, n, c, 0, n, false, Epilogue.NONE);
        return c;
    }

    @Benchmark
    public float[] secondTransposed() {
        Gemm.run(workers, false, true, m, n, k, a, 0, k, b, 0, k, c, 0, n, false, Epilogue.NONE);
        return c;
    }

    @Benchmark
    public float[] firstTransposed() {
        Gemm.run(workers, true, false, m, n, k, a, 0, m, b, 0, n, c, 0, n, false, Epilogue.NONE);
        return c;
    }
}
