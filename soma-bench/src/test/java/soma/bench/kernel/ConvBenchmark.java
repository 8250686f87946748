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
import soma.kernel.Conv;
import soma.kernel.ConvShape;
import soma.kernel.Epilogue;
import soma.kernel.Workers;

/**
 * Convolutions of ResNet and LeNet: images, channels in and out, height and width, kernel, stride, padding. Operations
 * a second are {@code 2 * outputs * channels in * kernel area} divided by the time shown.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
public class ConvBenchmark {

    /** What is convolved: square images, square kernels. */
    public enum Layer {
        C64(32, 64, 64, 32, 3, 1, 1),
        C128(32, 128, 128, 16, 3, 1, 1),
        C256(32, 256, 256, 8, 3, 1, 1),
        C512(32, 512, 512, 4, 3, 1, 1),
        STRIDE_2(32, 64, 128, 32, 3, 2, 1),
        RGB(32, 3, 64, 32, 3, 1, 1),
        LENET_1(64, 1, 6, 28, 5, 1, 2),
        LENET_2(64, 6, 16, 14, 5, 1, 0),
        POINTWISE(8, 256, 64, 56, 1, 1, 0);

        final ConvShape shape;

        Layer(int batch, int in, int out, int size, int kernel, int stride, int pad) {
            int[] padding = {pad, pad};
            shape = new ConvShape(
                    batch,
                    in,
                    out,
                    1,
                    new int[] {size, size},
                    new int[] {kernel, kernel},
                    new int[] {stride, stride},
                    padding,
                    padding,
                    new int[] {1, 1});
        }
    }

    @Param
    public Layer layer = Layer.C64;

    @Param({"1", "2"})
    public int threads;

    private float[] x = {};
    private float[] w = {};
    private float[] y = {};
    private Workers workers = new Workers(1);

    @Setup
    public void setup() {
        x = Numbers.normal(layer.shape.inSize());
        w = Numbers.normal(layer.shape.weightSize());
        y = Numbers.normal(layer.shape.outSize());
        workers = new Workers(threads);
    }

    @Benchmark
    public float[] forward() {
        Conv.forward(workers, layer.shape, x, 0, w, 0, y, 0, Epilogue.NONE);
        return y;
    }

    @Benchmark
    public float[] backwardWeight() {
        Conv.backwardWeight(workers, layer.shape, x, 0, y, 0, w, 0);
        return w;
    }

    @Benchmark
    public float[] backwardData() {
        Conv.backwardData(workers, layer.shape, y, 0, w, 0, x, 0, Epilogue.NONE);
        return x;
    }
}
