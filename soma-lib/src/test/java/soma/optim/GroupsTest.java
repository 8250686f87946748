package soma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;

class GroupsTest {
    private static Map<String, Param> params() {
        var out = new LinkedHashMap<String, Param>();
        out.put("backbone.0.weight", Param.of(Tensor.of(new double[] {1, 1}).reshape(1, 2)));
        out.put("head.weight", Param.of(Tensor.of(new double[] {1, 1}).reshape(1, 2)));
        out.put("head.bias", Param.of(Tensor.of(new double[] {1})));
        return out;
    }

    private static void step(Updater<?> updater, int k, double gradient) {
        Soma.training(Rng.seed(1), () -> {
            updater.apply(
                    Iteration.of(k),
                    updater.values().stream()
                            .map(v -> v.zerosLike().add(gradient))
                            .toList());
            return "";
        });
    }

    @Test
    void eachGroupHasItsRateAndDecay() {
        var sgd = new Sgd(0.1).weightDecay(0.5);
        var groups = new Groups(sgd)
                .with(Groups.named("backbone\\..*"), new Sgd(sgd.lr().times(0.1)).weightDecay(0.5))
                .with(Groups.vectors(), sgd.weightDecay(0));
        var params = params();
        var updater = Updater.of(groups, params);
        step(updater, 1, 2);
        assertThat(OptimizerCasesTest.numbers(params.get("head.weight"))[0])
                .isCloseTo(1 - 0.1 * (2 + 0.5), within(1e-12));
        assertThat(OptimizerCasesTest.numbers(params.get("backbone.0.weight"))[0])
                .isCloseTo(1 - 0.01 * (2 + 0.5), within(1e-12));
        assertThat(OptimizerCasesTest.numbers(params.get("head.bias"))[0]).isCloseTo(1 - 0.1 * 2, within(1e-12));
    }

    @Test
    void theFirstGroupTakesIt() {
        var first = new Sgd(1);
        var second = new Sgd(2);
        var groups = new Groups(new Sgd(3)).with(Groups.vectors(), first).with(Groups.named("head.*"), second);
        var params = params();
        assertThat(params.entrySet().stream()
                        .<Object>map(e -> groups.of(e.getKey(), e.getValue()))
                        .toList())
                .containsExactly(groups.rest(), second, first);
    }

    @Test
    void optimizersMayDifferAltogether() {
        var params = params();
        var updater = Updater.of(new Groups(new Adam(0.1)).with(Groups.vectors(), new Sgd(0.5)), params);
        assertThat(updater.state().keySet())
                .containsExactly(
                        "backbone.0.weight.mean", "backbone.0.weight.square", "head.weight.mean", "head.weight.square");
        step(updater, 1, 7);
        assertThat(OptimizerCasesTest.numbers(params.get("head.weight"))[0]).isCloseTo(0.9, within(1e-8));
        assertThat(OptimizerCasesTest.numbers(params.get("head.bias"))[0]).isCloseTo(-2.5, within(1e-12));
    }

    @Test
    void aGroupWithoutMembersIsAMistake() {
        assertThatThrownBy(() ->
                        Updater.of(new Groups(new Sgd(1)).with(Groups.named("backbon\\..*"), new Sgd(2)), params()))
                .isInstanceOf(SomaException.class)
                .hasMessage("parameter group 1 of 1 holds no parameter; the parameters are"
                        + " backbone.0.weight, head.weight, head.bias");
    }

    @Test
    void plateausAreFoundOnce() {
        var plateau = new Plateau(0.1);
        var groups = new Groups(new Sgd(plateau))
                .with(Groups.vectors(), new Sgd(plateau))
                .with(Groups.named("x"), new Sgd(new Plateau(0.2)));
        assertThat(groups.plateaus()).hasSize(2).first().isSameAs(plateau);
        assertThat(groups.optimizers()).hasSize(3);
    }

    @Test
    void partsOfABatchGiveTheWholesGradient() {
        var x = Rng.seed(3).normal(soma.DType.FLOAT64, soma.Shape.of(7, 2));
        var w = Param.of(Tensor.of(new double[] {0.5, -1}));
        var twin = Param.of(Tensor.of(new double[] {0.5, -1}));
        var whole = new Updater<>(new Adam(0.1), List.of(w));
        var parts = new Updater<>(new Adam(0.1), List.of(twin));
        for (int k = 1; k <= 5; k++) {
            var t = Iteration.of(k);
            Soma.training(Rng.seed(k), () -> {
                whole.apply(t, soma.Autodiff.grad(loss(x, w), whole.values()));
                return "";
            });
            for (int[] part : new int[][] {{0, 3}, {3, 3}, {6, 1}}) {
                Soma.training(Rng.seed(k), () -> {
                    var loss = loss(x.narrow(0, part[0], part[1]), twin);
                    parts.accumulate(soma.Autodiff.grad(loss, parts.values()), part[1] / 7.0);
                    return loss;
                });
            }
            Soma.training(Rng.seed(k), () -> {
                parts.apply(t, parts.drain());
                return "";
            });
            assertThat(OptimizerCasesTest.numbers(twin)).containsExactly(OptimizerCasesTest.numbers(w), within(1e-12));
        }
        assertThatThrownBy(() -> new Updater<>(new Sgd(1), List.of(w)).drain())
                .hasMessageStartingWith("drain: no gradients were gathered");
    }

    private static Tensor loss(Tensor x, Param w) {
        return x.mul(w.value()).sum(1).sub(1).square().mean();
    }

    @Test
    void severalPartsInOneScope() {
        var w = Param.of(Tensor.of(new double[] {1}));
        var updater = new Updater<>(new Sgd(0.5), List.of(w));
        Soma.training(Rng.seed(1), () -> {
            updater.accumulate(List.of(Tensor.of(new double[] {2})), 1);
            updater.accumulate(List.of(Tensor.of(new double[] {4})), 0.5);
            updater.apply(Iteration.of(1), updater.drain());
            return "";
        });
        assertThat(OptimizerCasesTest.numbers(w)).containsExactly(-1);
    }
}
