package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.DType;
import soma.Soma;
import soma.Tensor;

/** Graphs of a million nodes are built, differentiated, planned and run in linear time, on a small stack. */
class BigGraphTest {
    private static final int QUARTER = 250_000;
    private static final int MILLION = 1_000_000;

    /** Four times the nodes should take four times as long; garbage collection and busy machines get their share. */
    private static final double MOST = 12;

    @Test
    void aChain() throws InterruptedException {
        onASmallStack(() -> grows(BigGraphTest::chain));
    }

    /** y = ± y, plus x now and then; dy/dx is known from counting. */
    private static double chain(int n) {
        var x = Tensor.of(new double[] {1, 2});
        var y = x;
        double slope = 1;
        for (int i = 1; i <= n; i++) {
            y = i % 15 == 0 ? y.add(x) : y.neg();
            slope = i % 15 == 0 ? slope + 1 : -slope;
        }
        var sum = y.sum();
        var g = Autodiff.grad(sum, x);
        Soma.eval(sum, g);
        assertThat(g.toDoubleArray()).containsExactly(slope, slope);
        assertThat(sum.item()).isEqualTo(3 * slope);
        return slope;
    }

    @Test
    void aSumOfManyTerms() throws InterruptedException {
        onASmallStack(() -> grows(BigGraphTest::terms));
    }

    private static double terms(int n) {
        var layer = new Tensor[n];
        for (int i = 0; i < n; i++) {
            layer[i] = Tensor.scalar(i, DType.FLOAT64);
        }
        var first = layer[1];
        for (int m = n; m > 1; m = m + 1 >> 1) {
            for (int i = 0; 2 * i < m; i++) {
                layer[i] = 2 * i + 1 < m ? layer[2 * i].add(layer[2 * i + 1]) : layer[2 * i];
            }
        }
        var g = Autodiff.grad(layer[0], first);
        Soma.eval(layer[0], g);
        assertThat(g.item()).isEqualTo(1);
        assertThat(layer[0].item()).isEqualTo((double) n * (n - 1) / 2);
        return 0;
    }

    private static void grows(IntToDoubleFunction run) {
        run.applyAsDouble(QUARTER / 5);
        long start = System.nanoTime();
        run.applyAsDouble(QUARTER);
        long middle = System.nanoTime();
        run.applyAsDouble(MILLION);
        long end = System.nanoTime();
        assertThat((double) (end - middle) / (middle - start))
                .as("time for a million over that for a quarter")
                .isLessThan(MOST);
    }

    private static void onASmallStack(Runnable body) throws InterruptedException {
        var failure = new AtomicReference<Throwable>();
        var thread = new Thread(null, body, "small stack", 256 * 1024);
        thread.setUncaughtExceptionHandler((t, e) -> failure.set(e));
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
    }
}
