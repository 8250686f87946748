package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;

class LayersTest {
    private static final Offset<Double> CLOSE = within(1e-12);

    private static Tensor draw(long seed, int... shape) {
        return Rng.seed(seed).normal(DType.FLOAT64, Shape.of(shape));
    }

    private static Linear linear(Tensor weight, Tensor bias) {
        return new Linear(weight.size(0), Param.of(weight), Optional.of(Param.of(bias)));
    }

    @Test
    void linearByHand() {
        var layer = linear(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3), Tensor.of(new double[] {0.5, -1}));
        var y = layer.forward(Tensor.of(new double[] {1, 0, -1, 2, 1, 0}, 2, 3));
        assertThat(y.toDoubleArray()).containsExactly(-1.5, -3, 4.5, 12);
        assertThat(layer.withoutBias()
                        .forward(Tensor.of(new double[] {1, 0, -1}))
                        .toDoubleArray())
                .containsExactly(-2, -2);
        assertThat(layer.forward(Tensor.zeros(DType.FLOAT64, Shape.of(4, 5, 3))).shape())
                .isEqualTo(Shape.of(4, 5, 2));
        assertThat(layer).hasToString("Linear(3, 2)");
        assertThat(new Linear(7).withoutBias()).hasToString("Linear(?, 7, no bias)");
    }

    @Test
    void linearTakesItsSizeFromTheData() {
        var layer = new Linear(4);
        assertThat(layer.forward(Tensor.zeros(2, 6)).shape()).isEqualTo(Shape.of(2, 4));
        assertThat(layer.weight().shape()).isEqualTo(Shape.of(4, 6));
        assertThat(layer).hasToString("Linear(6, 4)");
    }

    @Test
    void linearNamesItselfInErrors() {
        record Net(Linear fc1) implements Layer {
            @Override
            public Tensor forward(Tensor x) {
                return fc1.forward(x);
            }
        }
        var net = new Net(new Linear(256, 10));
        assertThatThrownBy(() -> net.forward(Tensor.zeros(64, 400)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Linear: input has 400 features, expected 256; input shape (64, 400)");
        net.init(Rng.seed(1));
        assertThatThrownBy(() -> net.forward(Tensor.zeros(64, 400)))
                .hasMessage("Linear fc1: input has 400 features, expected 256; input shape (64, 400)");
    }

    @Test
    void conv2dShapesAndText() {
        var x = Tensor.zeros(2, 4, 9, 11);
        assertThat(new Conv2d(4, 6, 3).forward(x).shape()).isEqualTo(Shape.of(2, 6, 7, 9));
        assertThat(new Conv2d(4, 6, 3).pad(1).stride(2).forward(x).shape()).isEqualTo(Shape.of(2, 6, 5, 6));
        assertThat(new Conv2d(6, 3).dilation(2).forward(x).shape()).isEqualTo(Shape.of(2, 6, 5, 7));
        assertThat(new Conv2d(4, 6, Shape.of(1, 3)).pad(0, 1).forward(x).shape())
                .isEqualTo(Shape.of(2, 6, 9, 11));
        var grouped = new Conv2d(4, 8, 3).groups(2);
        assertThat(grouped.weight().shape()).isEqualTo(Shape.of(8, 2, 3, 3));
        assertThat(grouped.forward(x).shape()).isEqualTo(Shape.of(2, 8, 7, 9));
        assertThat(new Conv2d(3, 16, 5).pad(2).stride(2).withoutBias())
                .hasToString("Conv2d(3, 16, 5, stride 2, pad 2, no bias)");
        assertThat(grouped).hasToString("Conv2d(4, 8, 3, groups 2)");
        assertThat(new Conv2d(4, 6, Shape.of(1, 3)).pad(0, 1)).hasToString("Conv2d(4, 6, 1x3, pad 0x1)");
        assertThatThrownBy(() -> new Conv2d(4, 6, 3).forward(Tensor.zeros(2, 3, 9, 9)))
                .hasMessage("Conv2d: input has 3 channels, expected 4; input shape (2, 3, 9, 9)");
        assertThatThrownBy(() -> new Conv2d(4, 6, 3).forward(Tensor.zeros(28, 28)))
                .hasMessage("Conv2d: input has 2 axes, expected 4 (N, C, H, W); input shape (28, 28)");
    }

    @Test
    void conv2dByHand() {
        var layer = new Conv2d(
                1,
                Window.of(Shape.of(2, 2)),
                1,
                Param.of(Tensor.of(new double[] {1, 2, 3, 4}, 1, 1, 2, 2)),
                Optional.of(Param.of(Tensor.of(new double[] {10}))));
        var y = layer.forward(Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3));
        assertThat(y.toDoubleArray()).containsExactly(47, 57, 77, 87);
    }

    @Test
    void conv1dAndConv3d() {
        assertThat(new Conv1d(4, 8, 3).pad(1).forward(Tensor.zeros(2, 4, 100)).shape())
                .isEqualTo(Shape.of(2, 8, 100));
        assertThat(new Conv3d(2, 3, 3).forward(Tensor.zeros(1, 2, 5, 6, 7)).shape())
                .isEqualTo(Shape.of(1, 3, 3, 4, 5));
    }

    @Test
    void transposedConvolutionUndoesShapes() {
        var up = new ConvTranspose2d(6, 3, 4).stride(2).pad(1);
        assertThat(up.forward(Tensor.zeros(2, 6, 5, 7)).shape()).isEqualTo(Shape.of(2, 3, 10, 14));
        assertThat(up.weight().shape()).isEqualTo(Shape.of(6, 3, 4, 4));
        assertThat(up).hasToString("ConvTranspose2d(6, 3, 4, stride 2, pad 1)");
        var one = new ConvTranspose2d(
                1,
                Window.of(Shape.of(2, 2)).stride(2),
                0,
                1,
                Param.of(Tensor.of(new double[] {1, 2, 3, 4}, 1, 1, 2, 2)),
                Optional.of(Param.of(Tensor.of(new double[] {1}))));
        assertThat(one.forward(Tensor.of(new double[] {1, 10}, 1, 1, 1, 2)).toDoubleArray())
                .containsExactly(2, 3, 11, 21, 4, 5, 31, 41);
    }

    @Test
    void pools() {
        var x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, 1, 1, 4, 4);
        assertThat(new MaxPool2d(2).forward(x).toDoubleArray()).containsExactly(6, 8, 14, 16);
        assertThat(new AvgPool2d(2).forward(x).toDoubleArray()).containsExactly(3.5, 5.5, 11.5, 13.5);
        assertThat(new MaxPool2d(3).stride(1).pad(1).forward(x).shape()).isEqualTo(Shape.of(1, 1, 4, 4));
        assertThat(new AvgPool2d(3).stride(2).pad(1).withoutPadding().forward(x).toDoubleArray()[0])
                .isEqualTo(3.5);
        assertThat(new AvgPool2d(3).stride(2).pad(1).forward(x).toDoubleArray()[0])
                .isEqualTo(14 / 9.0);
        assertThat(new AdaptiveAvgPool2d(1).forward(x).toDoubleArray()).containsExactly(8.5);
        assertThat(new MaxPool2d(2)).hasToString("MaxPool2d(2)");
        assertThat(new AvgPool2d(3).stride(2).pad(1)).hasToString("AvgPool2d(3, stride 2, pad 1)");
    }

    @Test
    void dropoutKeepsTheMeanAndRepeatsBySeed() {
        var layer = new Dropout(0.25);
        var x = Tensor.ones(100, 100);
        assertThat(layer.forward(x)).isSameAs(x);
        var y = Soma.training(Rng.seed(1), () -> layer.forward(x)).toFloatArray();
        int zeros = 0;
        for (float v : y) {
            assertThat(v == 0 || Math.abs(v - 4 / 3f) < 1e-6).isTrue();
            zeros += v == 0 ? 1 : 0;
        }
        assertThat(zeros).isBetween(2300, 2700);
        assertThat(Soma.training(Rng.seed(1), () -> layer.forward(x)).toFloatArray())
                .isEqualTo(y);
        assertThat(Soma.training(Rng.seed(2), () -> layer.forward(x)).toFloatArray())
                .isNotEqualTo(y);
        assertThat(Soma.training(Rng.seed(1), () -> new Dropout(1).forward(x))
                        .sum()
                        .item())
                .isZero();
        assertThatThrownBy(() -> new Dropout(1.5)).hasMessageContaining("probability 1.5");
    }

    @Test
    void batchNormTrainsAndRuns() {
        var x = draw(3, 4, 3, 5, 6);
        var layer = new BatchNorm2d(
                Param.of(Tensor.of(new double[] {1, 2, 3})),
                Param.of(Tensor.of(new double[] {0, 1, -1})),
                Param.state(Tensor.zeros(DType.FLOAT64, Shape.of(3))),
                Param.state(Tensor.ones(DType.FLOAT64, Shape.of(3))),
                0.1,
                1e-5);
        var y = Soma.training(Rng.seed(1), () -> layer.forward(x));
        for (int c = 0; c < 3; c++) {
            var channel = y.select(1, c);
            assertThat(channel.mean().item()).isCloseTo(new double[] {0, 1, -1}[c], within(1e-6));
            assertThat(channel.var(false).item()).isCloseTo((c + 1) * (c + 1), within(1e-3));
            var given = x.select(1, c);
            assertThat(layer.runningMean().value().at(c).item())
                    .isCloseTo(0.1 * given.mean().item(), CLOSE);
            assertThat(layer.runningVar().value().at(c).item())
                    .isCloseTo(0.9 + 0.1 * given.var(true).item(), CLOSE);
        }
        var mean = layer.runningMean().value().reshape(3, 1, 1);
        var std = layer.runningVar().value().add(1e-5).sqrt().reshape(3, 1, 1);
        var want = x.sub(mean)
                .div(std)
                .mul(layer.weight().value().reshape(3, 1, 1))
                .add(layer.bias().value().reshape(3, 1, 1));
        assertThat(layer.forward(x).toDoubleArray()).containsExactly(want.toDoubleArray(), within(1e-10));
        assertThatThrownBy(() -> layer.forward(Tensor.zeros(2, 4, 3, 3)))
                .hasMessage(
                        "BatchNorm2d: input has 4 channels and 4 axes, expected 3 channels and 4 axes; input shape (2,"
                                + " 4, 3, 3)");
    }

    @Test
    void batchNorm1dOfFeaturesAndSequences() {
        var layer = new BatchNorm1d(3);
        assertThat(layer.forward(Tensor.zeros(5, 3)).shape()).isEqualTo(Shape.of(5, 3));
        assertThat(layer.forward(Tensor.zeros(5, 3, 7)).shape()).isEqualTo(Shape.of(5, 3, 7));
        assertThat(layer.params().keySet()).containsExactly("weight", "bias", "running_mean", "running_var");
        assertThatThrownBy(() -> Soma.training(Rng.seed(1), () -> layer.forward(Tensor.zeros(1, 3))))
                .hasMessageContaining("one value a channel has no variance to train with");
    }

    @Test
    void layerNormByHand() {
        var layer = new LayerNorm(
                Param.of(Tensor.of(new double[] {1, 2, 3})), Param.of(Tensor.of(new double[] {0, 0, 1})), 0);
        var s = Math.sqrt(2 / 3.0);
        assertThat(layer.forward(Tensor.of(new double[] {1, 2, 3}, 1, 3)).toDoubleArray())
                .containsExactly(new double[] {-1 / s, 0, 3 / s + 1}, CLOSE);
        assertThat(new LayerNorm(4, 5).forward(Tensor.zeros(2, 3, 4, 5)).shape())
                .isEqualTo(Shape.of(2, 3, 4, 5));
        assertThat(new LayerNorm(64)).hasToString("LayerNorm(64)");
        assertThatThrownBy(() -> new LayerNorm(64).forward(Tensor.zeros(2, 32)))
                .hasMessage("LayerNorm: the input's last sizes must be (64); input shape (2, 32)");
    }

    @Test
    void embeddingTakesRows() {
        var layer = new Embedding(Param.of(Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2)), OptionalInt.of(1));
        var ids = Tensor.of(new long[] {2, 1, 2, 0}, 2, 2);
        assertThat(layer.forward(ids).shape()).isEqualTo(Shape.of(2, 2, 2));
        assertThat(layer.forward(ids).toDoubleArray()).containsExactly(5, 6, 3, 4, 5, 6, 1, 2);
        var g = Autodiff.grad(layer.forward(ids).sum(), layer.weight().value());
        assertThat(g.toDoubleArray()).containsExactly(1, 1, 0, 0, 2, 2);
        var fresh = new Embedding(5, 3, 2);
        fresh.init(Rng.seed(1));
        assertThat(fresh.weight().value().select(0, 2).toFloatArray()).containsExactly(0, 0, 0);
        assertThat(fresh).hasToString("Embedding(5, 3) with padding 2");
        assertThatThrownBy(() -> new Embedding(5, 3, 5)).hasMessage("Embedding: padding index 5 is outside 0..4");
    }

    record Block(Linear proj, List<Layer> stack, Map<String, Linear> heads, Param temperatureScale) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            for (var layer : stack) {
                x = layer.forward(x);
            }
            return heads.get("main").forward(proj.forward(x)).mul(temperatureScale.value());
        }
    }

    private static Block block() {
        return new Block(
                new Linear(4, 4),
                List.of(Sequential.of(new Linear(4, 4), Tensor::relu), new LayerNorm(4)),
                Map.of("main", new Linear(4, 2).withoutBias()),
                Param.of(Tensor.ones(1)));
    }

    @Test
    void namesAreThoseOfTheComponents() {
        assertThat(block().params().keySet())
                .containsExactly(
                        "proj.weight",
                        "proj.bias",
                        "stack.0.0.weight",
                        "stack.0.0.bias",
                        "stack.1.weight",
                        "stack.1.bias",
                        "heads.main.weight",
                        "temperature_scale");
        assertThat(Sequential.of(new Linear(2, 3), Tensor::tanh, new Linear(3, 1))
                        .params()
                        .keySet())
                .containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
        assertThat(block().parameterCount()).isEqualTo(20 + 20 + 8 + 8 + 1);
        Layer function = x -> x.mul(2);
        assertThat(function.params()).isEmpty();
    }

    @Test
    void sharedParametersCountOnce() {
        var shared = new Linear(3, 3);
        var model = Sequential.of(shared, Tensor::relu, shared);
        assertThat(model.params()).hasSize(4);
        assertThat(model.trained()).hasSize(2);
        assertThat(model.parameterCount()).isEqualTo(12);
    }

    @Test
    void firstNumbersDependOnSeedAndNameOnly() {
        var a = block();
        var b = block();
        new Linear(100, 100).init(Rng.seed(9));
        a.init(Rng.seed(7));
        b.init(Rng.seed(7));
        a.stateDict()
                .forEach((name, t) -> assertThat(b.stateDict().get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(t.toFloatArray()));
        assertThat(a.proj().weight().name()).isEqualTo("proj.weight");
        var c = block();
        c.init(Rng.seed(8));
        assertThat(c.proj().weight().value().toFloatArray())
                .isNotEqualTo(a.proj().weight().value().toFloatArray());
        var lazy = Sequential.of(new Conv2d(3, 3), x -> x.flatten(1), new Linear(2));
        var sized = Sequential.of(new Conv2d(1, 3, 3), x -> x.flatten(1), new Linear(27, 2));
        lazy.init(Rng.seed(4), Tensor.zeros(1, 1, 5, 5));
        sized.init(Rng.seed(4));
        lazy.stateDict()
                .forEach((name, t) -> assertThat(sized.stateDict().get(name).toFloatArray())
                        .as(name)
                        .isEqualTo(t.toFloatArray()));
    }

    @Test
    void statesGoRound() {
        var a = block();
        var b = block();
        a.init(Rng.seed(1));
        b.init(Rng.seed(2));
        var x = Tensor.randn(Rng.seed(3), 5, 4);
        assertThat(b.forward(x).toFloatArray()).isNotEqualTo(a.forward(x).toFloatArray());
        b.load(a.stateDict());
        assertThat(b.forward(x).toFloatArray()).isEqualTo(a.forward(x).toFloatArray());
        var empty = Sequential.of(new Linear(2));
        empty.load(Map.of("0.weight", Tensor.ones(2, 3), "0.bias", Tensor.zeros(2)));
        assertThat(empty.forward(Tensor.ones(1, 3)).toFloatArray()).containsExactly(3, 3);
    }

    @Test
    void loadingSaysWhatDoesNotFit() {
        var model = Sequential.of(new Linear(3, 2));
        assertThatThrownBy(() -> model.load(Map.of("0.weight", Tensor.ones(2, 3), "bias", Tensor.zeros(2))))
                .isInstanceOf(SomaException.class)
                .hasMessageStartingWith("load: the names do not match. Missing: 0.bias. Not in the model: bias.");
        assertThatThrownBy(() -> model.load(Map.of("0.weight", Tensor.ones(3, 2), "0.bias", Tensor.zeros(2))))
                .hasMessage("load: 0.weight has shape (3, 2) in the file, (2, 3) in the model");
        new BatchNorm1d(2)
                .load(Map.of(
                        "weight", Tensor.ones(2),
                        "bias", Tensor.ones(2),
                        "running_mean", Tensor.ones(2),
                        "running_var", Tensor.ones(2),
                        "num_batches_tracked", Tensor.scalar(3L)));
    }

    @Test
    void summaryNamesShapesAndCounts() {
        var model = Sequential.of(
                new Conv2d(6, 5).pad(2),
                Tensor::tanh,
                new AvgPool2d(2),
                x -> x.flatten(1),
                new Linear(10),
                new Dropout(0.5));
        assertThat(model.summary(Shape.of(1, 1, 28, 28))).isEqualTo("""
            name  layer                   output          parameters
                  input                   (1, 1, 28, 28)
            0     Conv2d(1, 6, 5, pad 2)  (1, 6, 28, 28)         156
            1     function                (1, 6, 28, 28)
            2     AvgPool2d(2)            (1, 6, 14, 14)
            3     function                (1, 1176)
            4     Linear(1176, 10)        (1, 10)             11,770
            5     Dropout[p=0.5]          (1, 10)
            11,926 parameters; (1, 1, 28, 28) -> (1, 10)
            """);
        assertThat(block().summary(Shape.of(7, 4)))
                .contains("  proj        ")
                .contains("  heads.main")
                .endsWith("57 parameters; (7, 4) -> (7, 2)\n");
    }

    @Test
    void thenAppends() {
        var model = new Linear(2, 3).then(Tensor::relu).then(new Linear(3, 1));
        assertThat(model.forward(Tensor.zeros(4, 2)).shape()).isEqualTo(Shape.of(4, 1));
        assertThat(model.params().keySet()).containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
        assertThat(model).hasToString("Sequential(Linear(2, 3), function, Linear(3, 1))");
    }

    /** A small convolutional net, whole, against central differences in each of its parameters. */
    @Test
    void gradientsOfANetEndToEnd() {
        var conv = new Conv2d(
                2,
                Window.of(Shape.of(3, 3)).pad(1),
                1,
                Param.of(draw(1, 2, 1, 3, 3)),
                Optional.of(Param.of(draw(2, 2))));
        var norm = new BatchNorm2d(
                Param.of(draw(3, 2)),
                Param.of(draw(4, 2)),
                Param.state(Tensor.zeros(DType.FLOAT64, Shape.of(2))),
                Param.state(Tensor.ones(DType.FLOAT64, Shape.of(2))),
                0.1,
                1e-5);
        var out = linear(draw(5, 3, 8), draw(6, 3));
        var net = Sequential.of(conv, norm, Tensor::tanh, new AvgPool2d(2), x -> x.flatten(1), out);
        var x = draw(7, 5, 1, 4, 4);
        var target = Tensor.of(new long[] {0, 1, 2, 1, 0});
        for (var p : net.trained()) {
            var start = Layer.numbers(p);
            Differences.check(
                    w -> {
                        var value = Soma.training(Rng.seed(1), () -> {
                            p.set(w);
                            var loss = Loss.crossEntropy(net.forward(x), target);
                            p.set(start);
                            return List.of(loss, Autodiff.grad(loss, w));
                        });
                        return Autodiff.customGradient(
                                in -> value.get(0),
                                List.of(w),
                                (y, dy) -> List.of(value.get(1).mul(dy)));
                    },
                    start,
                    1e-6);
        }
    }
}
