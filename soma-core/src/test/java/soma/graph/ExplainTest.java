package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;

/** Printed plans: a change of the planner shows here, and is either explained or undone. */
class ExplainTest {
    private static final Rng RNG = Rng.seed(1);

    private static Tensor evaluated(int... shape) {
        return Tensor.evaluated(Tensor.randn(RNG, shape)).get(0);
    }

    /** The loss and the weights after one step of plain gradient descent, as roots. */
    private static String step(Tensor loss, List<Tensor> weights) {
        var grads = Autodiff.grad(loss, weights);
        var roots = new ArrayList<Tensor>();
        roots.add(loss);
        for (int i = 0; i < weights.size(); i++) {
            roots.add(weights.get(i).sub(grads.get(i).mul(0.1)));
        }
        return plan(roots.toArray(Tensor[]::new));
    }

    private static String plan(Tensor... roots) {
        return Soma.explain(roots).replaceAll(" *\\R", "\n");
    }

    private static Tensor labels(int n, int classes) {
        return Tensor.evaluated(RNG.integers(0, classes, Shape.of(n))).get(0);
    }

    @Test
    void softmaxClassifier() {
        var w = evaluated(10, 784);
        var b = evaluated(10);
        var loss = evaluated(128, 784)
                .matmul(w.t())
                .add(b)
                .crossEntropyRows(labels(128, 10), -100)
                .mean();
        assertThat(step(loss, List.of(w, b))).isEqualTo("""
              0  matmul    (128, 784) (10, 784) then [add]                                   437 kB  2007 kflop
              1  crossentropy(128, 10) (128)                                                 6656 B
              2  sum       (128) folding 128*                                                 516 B  128 flop
              3  loop      1 x [div]                                                           12 B  1 flop
              4  loop      1 x [div]                                                           12 B  1 flop
              5  loop      128 x [copy]                                                       516 B  128 flop
              6  crossentropygrad(128, 10) (128) (128)                                        11 kB
              7  matmul    (128, 10) (128, 784) then [mul_sub]                               469 kB  2007 kflop
              8  sum       (128, 10) folding 128* 10                                         5160 B  1280 flop
              9  loop      10 x [mul_sub]                                                     124 B  10 flop
            10 steps, 10 kB of working memory in 3 arrays, 4015 kflop
            """);
    }

    @Test
    void perceptronWithTwoHiddenLayers() {
        var w1 = evaluated(256, 784);
        var b1 = evaluated(256);
        var w2 = evaluated(128, 256);
        var b2 = evaluated(128);
        var w3 = evaluated(10, 128);
        var b3 = evaluated(10);
        var h = evaluated(128, 784).matmul(w1.t()).add(b1).relu();
        h = h.matmul(w2.t()).add(b2).relu();
        var loss =
                h.matmul(w3.t()).add(b3).crossEntropyRows(labels(128, 10), -100).mean();
        assertThat(step(loss, List.of(w1, b1, w2, b2, w3, b3))).isEqualTo("""
              0  matmul    (128, 784) (256, 784) then [add relu]                            1336 kB  51 Mflop
              1  matmul    (128, 256) (128, 256) then [add relu]                             328 kB  8388 kflop
              2  matmul    (128, 128) (10, 128) then [add]                                    75 kB  327 kflop
              3  crossentropy(128, 10) (128)                                                 6656 B
              4  sum       (128) folding 128*                                                 516 B  128 flop
              5  loop      1 x [div]                                                           12 B  1 flop
              6  loop      1 x [div]                                                           12 B  1 flop
              7  loop      128 x [copy]                                                       516 B  128 flop
              8  crossentropygrad(128, 10) (128) (128)                                        11 kB
              9  matmul    (128, 10) (128, 128) then [mul_sub]                                80 kB  327 kflop
             10  matmul    (128, 10) (10, 128) then [step mul]                               141 kB  327 kflop
             11  sum       (128, 10) folding 128* 10                                         5160 B  1280 flop
             12  loop      10 x [mul_sub]                                                     124 B  10 flop
             13  matmul    (128, 128) (128, 256) then [mul_sub]                              458 kB  8388 kflop
             14  matmul    (128, 128) (128, 256) then [step mul]                             458 kB  8388 kflop
             15  sum       (128, 128) folding 128* 128                                        66 kB  16 kflop
             16  loop      128 x [mul_sub]                                                   1540 B  128 flop
             17  matmul    (128, 256) (128, 784) then [mul_sub]                             2138 kB  51 Mflop
             18  sum       (128, 256) folding 128* 256                                       132 kB  32 kflop
             19  loop      256 x [mul_sub]                                                   3076 B  256 flop
            20 steps, 333 kB of working memory in 5 arrays (327 kB at once), 128 Mflop
            """);
    }

    @Test
    void smallConvolutionalNet() {
        var w1 = evaluated(6, 1, 5, 5);
        var b1 = evaluated(6);
        var w2 = evaluated(10, 6 * 12 * 12);
        var h = evaluated(8, 1, 28, 28)
                .conv(w1, new int[] {1, 1}, new int[] {0, 0}, new int[] {1, 1}, 1)
                .add(b1.reshape(6, 1, 1))
                .tanh()
                .avgPool(2, 2);
        var loss = h.flatten(1)
                .matmul(w2.t())
                .crossEntropyRows(labels(8, 10), -100)
                .mean();
        assertThat(step(loss, List.of(w1, b1, w2))).isEqualTo("""
              0  conv      (8, 1, 28, 28) (6, 1, 5, 5) then [add tanh]                       136 kB  1382 kflop
              1  avgpool   (8, 6, 24, 24)                                                    138 kB
              2  matmul    (8, 864) (10, 864)                                                 62 kB  138 kflop
              3  crossentropy(8, 10) (8)                                                      416 B
              4  sum       (8) folding 8*                                                      36 B  8 flop
              5  loop      1 x [div]                                                           12 B  1 flop
              6  loop      1 x [div]                                                           12 B  1 flop
              7  loop      8 x [copy]                                                          36 B  8 flop
              8  crossentropygrad(8, 10) (8) (8)                                              736 B
              9  matmul    (8, 10) (8, 864) then [mul_sub]                                    97 kB  138 kflop
             10  matmul    (8, 10) (10, 864)                                                  62 kB  138 kflop
             11  avgpoolgrad(8, 6, 12, 12)                                                   138 kB
             12  loop      27648 x [square neg add mul]                                      331 kB  110 kflop
             13  convweight(8, 1, 28, 28) (8, 6, 24, 24)                                     136 kB  1382 kflop
             14  sum       (8, 6, 576) folding 8* 6 576*                                     110 kB  27 kflop
             15  loop      150 x [mul_sub]                                                   1804 B  150 flop
             16  loop      6 x [mul_sub]                                                       76 B  6 flop
            17 steps, 249 kB of working memory in 5 arrays (248 kB at once), 3317 kflop
            """);
    }

    @Test
    void elementwiseChainsAreOneLoopAndEqualPartsAreComputedOnce() {
        var x = evaluated(1000);
        var y = x.sigmoid().add(x.tanh()).mul(x.sigmoid().add(x.tanh()).exp());
        assertThat(plan(y)).isEqualTo("""
              0  loop      1000 x [sigmoid tanh add exp mul]                                 8000 B  5000 flop
            1 steps, 0 B of working memory in 0 arrays, 5000 flop
            """);
    }

    @Test
    void viewsCostNothing() {
        var x = evaluated(6, 4);
        assertThat(plan(x.reshape(4, 6)
                        .slice(0, 1, 3)
                        .stopGradient()
                        .reshape(3, 4)
                        .neg()))
                .isEqualTo("""
                      0  loop      12 x [neg]                                                         144 B  12 flop
                    1 steps, 0 B of working memory in 0 arrays, 12 flop
                    """);
    }

    @Test
    void constantsAreNumbersInTheLoop() {
        var x = evaluated(6, 4);
        assertThat(plan(Tensor.zeros(DType.FLOAT32, Shape.of(3))
                        .add(x.select(0, 0).slice(0, 0, 3))))
                .isEqualTo("""
                      0  loop      3 x [copy add]                                                     112 B  6 flop
                    1 steps, 0 B of working memory in 0 arrays, 6 flop
                    """);
    }

    @Test
    void afterARunItShowsWhatEachKernelTook() {
        var a = evaluated(64, 48);
        var product = Soma.compile(
                in -> List.of(in.get(0).matmul(in.get(0).t()).relu().sum()));
        assertThat(product.explain()).isEmpty();
        product.apply(a);
        assertThat(product.explain().lines().filter(line -> line.contains("matmul")))
                .singleElement()
                .asString()
                .containsPattern("[0-9.]+ us +[0-9.]+ GFLOP/s +[0-9.]+ GB/s");
        assertThat(product.explain().lines().toList().getLast())
                .matches(".* steps, .* flop, [0-9.]+ us|.*kflop, .* us");
    }
}
