package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import soma.Autodiff;
import soma.DType;
import soma.DTypeException;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;
import soma.nn.Loss.Reduction;

class LossTest {
    private static final Offset<Double> TIGHT = within(1e-12);

    private static Tensor t(double... values) {
        return Tensor.of(values);
    }

    private static Tensor logits() {
        return Tensor.of(new double[] {1, 2, 3, 0.5, -1, 0.25, 2, 0, -2, 1, 1, 1}, 4, 3);
    }

    /** -ln softmax, the long way. */
    private static double[] logp(double... x) {
        double sum = 0;
        for (double v : x) {
            sum += Math.exp(v);
        }
        var out = x.clone();
        for (int i = 0; i < x.length; i++) {
            out[i] -= Math.log(sum);
        }
        return out;
    }

    @Test
    void crossEntropyOfClasses() {
        double a = -logp(1, 2, 3)[2];
        double b = -logp(0.5, -1, 0.25)[0];
        double c = -logp(2, 0, -2)[1];
        var target = Tensor.of(new long[] {2, 0, 1, -100});
        assertThat(Loss.crossEntropy(logits(), target).item()).isCloseTo((a + b + c) / 3, TIGHT);
        assertThat(new CrossEntropyLoss()
                        .reduction(Reduction.NONE)
                        .of(logits(), target)
                        .toDoubleArray())
                .containsExactly(new double[] {a, b, c, 0}, TIGHT);
        assertThat(new CrossEntropyLoss()
                        .reduction(Reduction.SUM)
                        .of(logits(), target)
                        .item())
                .isCloseTo(a + b + c, TIGHT);
        var weighted =
                new CrossEntropyLoss().weight(t(1, 2, 4)).of(logits(), target).item();
        assertThat(weighted).isCloseTo((4 * a + b + 2 * c) / 7, TIGHT);
    }

    @Test
    void crossEntropyOfOneExampleAndOfImages() {
        assertThat(Loss.crossEntropy(t(1, 2, 3), Tensor.scalar(2)).item()).isCloseTo(-logp(1, 2, 3)[2], TIGHT);
        var rng = Rng.seed(1);
        var x = rng.normal(DType.FLOAT64, Shape.of(2, 3, 4, 5));
        var y = rng.integers(0, 3, Shape.of(2, 4, 5));
        var flat = Loss.crossEntropy(x.permute(0, 2, 3, 1).reshape(40, 3), y.flatten())
                .item();
        assertThat(Loss.crossEntropy(x, y).item()).isCloseTo(flat, TIGHT);
        var single = new CrossEntropyLoss().reduction(Reduction.NONE).of(x, y);
        assertThat(single.shape()).isEqualTo(Shape.of(2, 4, 5));
        assertThat(single.mean().item()).isCloseTo(flat, TIGHT);
    }

    @Test
    void labelSmoothingIsAMixedTarget() {
        var target = Tensor.of(new long[] {2, 0, 1, 1});
        var oneHot = Tensor.of(new double[] {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0}, 4, 3);
        for (var loss : new CrossEntropyLoss[] {
            new CrossEntropyLoss().labelSmoothing(0.1),
            new CrossEntropyLoss().labelSmoothing(0.3).reduction(Reduction.SUM),
            new CrossEntropyLoss().labelSmoothing(0.3).reduction(Reduction.NONE),
            new CrossEntropyLoss().labelSmoothing(0.2).weight(t(1, 2, 0.5)).reduction(Reduction.SUM)
        }) {
            assertThat(loss.of(logits(), target).toDoubleArray())
                    .containsExactly(loss.of(logits(), oneHot).toDoubleArray(), TIGHT);
        }
    }

    @Test
    void crossEntropyOfProbabilities() {
        var p = Tensor.of(new double[] {0.2, 0.3, 0.5}, 1, 3);
        var l = logp(1, 2, 3);
        assertThat(Loss.crossEntropy(Tensor.of(new double[] {1, 2, 3}, 1, 3), p).item())
                .isCloseTo(-(0.2 * l[0] + 0.3 * l[1] + 0.5 * l[2]), TIGHT);
    }

    @Test
    void nllIsCrossEntropyOfLogProbabilities() {
        var target = Tensor.of(new long[] {2, 0, 1, 1});
        assertThat(Loss.nll(logits().logSoftmax(-1), target).item())
                .isCloseTo(Loss.crossEntropy(logits(), target).item(), TIGHT);
    }

    @Test
    void binaryCrossEntropies() {
        var x = t(-2, 0.5, 3);
        var y = t(0, 1, 0.25);
        double want = 0;
        double[] xs = {-2, 0.5, 3};
        double[] ys = {0, 1, 0.25};
        for (int i = 0; i < 3; i++) {
            double p = 1 / (1 + Math.exp(-xs[i]));
            want -= (ys[i] * Math.log(p) + (1 - ys[i]) * Math.log(1 - p)) / 3;
        }
        assertThat(Loss.bceWithLogits(x, y).item()).isCloseTo(want, TIGHT);
        assertThat(Loss.bce(x.sigmoid(), y).item()).isCloseTo(want, TIGHT);
        assertThat(Loss.bce(t(0, 1), t(1, 1)).item()).isCloseTo(50, TIGHT);
        assertThat(Loss.bceWithLogits(t(-1000), t(1)).item()).isCloseTo(1000, TIGHT);
        assertThat(new BceWithLogitsLoss().posWeight(t(3)).of(t(0), t(1)).item())
                .isCloseTo(3 * Math.log(2), TIGHT);
    }

    @Test
    void distances() {
        var x = t(0, 1, -3);
        var y = t(0.5, 1, 1);
        assertThat(Loss.mse(x, y).item()).isCloseTo((0.25 + 16) / 3, TIGHT);
        assertThat(Loss.l1(x, y, Reduction.SUM).item()).isCloseTo(4.5, TIGHT);
        assertThat(Loss.huber(x, y, 2, Reduction.NONE).toDoubleArray())
                .containsExactly(new double[] {0.125, 0, 6}, TIGHT);
        assertThat(Loss.smoothL1(x, y, 2, Reduction.NONE).toDoubleArray())
                .containsExactly(new double[] {0.0625, 0, 3}, TIGHT);
        assertThat(Loss.smoothL1(x, y, 0, Reduction.SUM).item()).isCloseTo(4.5, TIGHT);
    }

    @Test
    void likelihoods() {
        assertThat(Loss.poissonNll(t(0.5), t(3)).item()).isCloseTo(Math.exp(0.5) - 1.5, TIGHT);
        double stirling = 3 * Math.log(3) - 3 + 0.5 * Math.log(2 * Math.PI * 3);
        assertThat(Loss.poissonNll(t(0.5), t(3), true, true, Reduction.MEAN).item())
                .isCloseTo(Math.exp(0.5) - 1.5 + stirling, TIGHT);
        assertThat(Loss.poissonNll(t(2), t(3), false, false, Reduction.MEAN).item())
                .isCloseTo(2 - 3 * Math.log(2), within(1e-7));
        assertThat(Loss.gaussianNll(t(1), t(3), t(2)).item()).isCloseTo(0.5 * (Math.log(2) + 2), TIGHT);
        assertThat(Loss.gaussianNll(t(1), t(1), t(0)).item()).isCloseTo(0.5 * Math.log(1e-6), TIGHT);
    }

    @Test
    void divergence() {
        var p = t(0.1, 0.9).log();
        double want = 0.5 * Math.log(0.5 / 0.1) + 0.5 * Math.log(0.5 / 0.9);
        assertThat(Loss.klDiv(p, t(0.5, 0.5)).item()).isCloseTo(want / 2, TIGHT);
        assertThat(Loss.klDiv(p, t(0.5, 0.5).log(), true, Reduction.SUM).item()).isCloseTo(want, TIGHT);
        assertThat(Loss.klDiv(p, t(0, 1), false, Reduction.SUM).item()).isCloseTo(-Math.log(0.9), TIGHT);
        assertThat(Loss.klDiv(p.unsqueeze(0), t(0.5, 0.5).unsqueeze(0), false, Reduction.BATCH_MEAN)
                        .item())
                .isCloseTo(want, TIGHT);
    }

    @Test
    void margins() {
        assertThat(Loss.hingeEmbedding(t(0.25, 0.25), t(1, -1), 1, Reduction.NONE)
                        .toDoubleArray())
                .containsExactly(new double[] {0.25, 0.75}, TIGHT);
        assertThat(Loss.softMargin(t(2), t(-1)).item()).isCloseTo(Math.log1p(Math.exp(2)), TIGHT);
        assertThat(Loss.marginRanking(t(1), t(2), t(1), 0.5, Reduction.MEAN).item())
                .isCloseTo(1.5, TIGHT);
        assertThat(Loss.multiMargin(Tensor.of(new double[] {0.1, 0.2, 0.4, 0.8}, 1, 4), Tensor.of(new long[] {3}))
                        .item())
                .isCloseTo((0.3 + 0.4 + 0.6) / 4, TIGHT);
        var a = Tensor.of(new double[] {1, 0}, 1, 2);
        var b = Tensor.of(new double[] {1, 1}, 1, 2);
        assertThat(Loss.cosineEmbedding(a, b, t(1), 0, Reduction.MEAN).item())
                .isCloseTo(1 - Math.sqrt(0.5), within(1e-9));
        assertThat(Loss.cosineEmbedding(a, b, t(-1), 0.5, Reduction.MEAN).item())
                .isCloseTo(Math.sqrt(0.5) - 0.5, within(1e-9));
        var c = Tensor.of(new double[] {4, 0}, 1, 2);
        assertThat(Loss.tripletMargin(a, b, c).item()).isCloseTo(0, within(1e-5));
        assertThat(Loss.tripletMargin(a, c, b).item()).isCloseTo(3 - 1 + 1, within(1e-5));
        assertThat(Loss.tripletMargin(a, c, b, 1, 2, true, Reduction.SUM).item())
                .isCloseTo(3 - 1 + 1, within(1e-5));
    }

    /** Every loss against central differences in its prediction. */
    @TestFactory
    Stream<DynamicTest> gradients() {
        var rng = Rng.seed(5);
        var x = rng.normal(DType.FLOAT64, Shape.of(4, 3));
        var y = rng.fold(1).normal(DType.FLOAT64, Shape.of(4, 3));
        var p = y.softmax(-1);
        var classes = Tensor.of(new long[] {0, 2, 1, 2});
        var signs = Tensor.where(y.gt(0), y.onesLike(), y.onesLike().neg());
        var rows = Tensor.of(new double[] {1, -1, 1, -1});
        Map<String, UnaryOperator<Tensor>> losses = new LinkedHashMap<>();
        losses.put("crossEntropy", v -> Loss.crossEntropy(v, classes));
        losses.put(
                "smoothed",
                v -> new CrossEntropyLoss()
                        .labelSmoothing(0.2)
                        .weight(t(1, 2, 3))
                        .of(v, classes));
        losses.put("probabilities", v -> Loss.crossEntropy(v, p));
        losses.put("nll", v -> Loss.nll(v, classes));
        losses.put("bce", v -> Loss.bce(v.sigmoid(), p));
        losses.put(
                "bceWithLogits",
                v -> new BceWithLogitsLoss().posWeight(t(1, 2, 3)).of(v, p));
        losses.put("mse", v -> Loss.mse(v, y));
        losses.put("l1", v -> Loss.l1(v, y));
        losses.put("huber", v -> Loss.huber(v, y, 0.7, Reduction.MEAN));
        losses.put("smoothL1", v -> Loss.smoothL1(v, y, 0.7, Reduction.SUM));
        losses.put("poisson", v -> Loss.poissonNll(v, y.exp()));
        losses.put("gaussian mean", v -> Loss.gaussianNll(v, y, p));
        losses.put("gaussian variance", v -> Loss.gaussianNll(y, p, v.exp()));
        losses.put("klDiv", v -> Loss.klDiv(v, p));
        losses.put("hingeEmbedding", v -> Loss.hingeEmbedding(v, signs));
        losses.put("softMargin", v -> Loss.softMargin(v, signs));
        losses.put("marginRanking", v -> Loss.marginRanking(v, y, signs, 0.3, Reduction.MEAN));
        losses.put("multiMargin", v -> Loss.multiMargin(v, classes, 2, 0.8, Reduction.MEAN));
        losses.put("cosineEmbedding", v -> Loss.cosineEmbedding(v, y, rows, -0.9, Reduction.MEAN));
        losses.put("triplet", v -> Loss.tripletMargin(v, y, p, 1, 2, true, Reduction.MEAN));
        return losses.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> Differences.check(e.getValue(), x, 1e-7)));
    }

    @Test
    void errorsSayWhatToDo() {
        assertThatThrownBy(() -> Loss.mse(Tensor.zeros(4, 1), Tensor.zeros(4)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "mse: prediction (4, 1) and target (4) differ; both must have the same shape. Add unsqueeze(1)"
                                + " to one or squeeze(1) to the other?");
        assertThatThrownBy(() -> Loss.crossEntropy(Tensor.zeros(4, 3), Tensor.zeros(4)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("Integer classes must be of an integer dtype");
        assertThatThrownBy(() -> Loss.nll(Tensor.zeros(4, 3), Tensor.zeros(4)))
                .isInstanceOf(DTypeException.class)
                .hasMessage("nll: target is float32, expected integer classes; convert it with to(DType.INT64)");
        assertThatThrownBy(() -> Loss.crossEntropy(Tensor.zeros(4, 3), Tensor.of(new long[] {1, 2})))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("prediction (4, 3) and target (2)");
        assertThatThrownBy(() -> Loss.crossEntropy(Tensor.zeros(1, 10), Tensor.of(new long[] {10}))
                        .item())
                .hasMessageContaining("10 classes");
        assertThatThrownBy(() ->
                        new CrossEntropyLoss().weight(t(1, 2)).of(logits(), Tensor.of(new long[] {0, 0, 0, 0})))
                .hasMessageContaining("class weights of shape (2) for 3 classes");
    }

    @Test
    void gradientOfHuberBothSides() {
        var g = Autodiff.grad(v -> Loss.huber(v, t(0, 0), 1, Reduction.SUM), t(0.5, -3));
        assertThat(g.toDoubleArray()).containsExactly(0.5, -1);
    }
}
