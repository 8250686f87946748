package soma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;

class UpdaterTest {

    private static double[] after(Optimizer<?> optimizer, int steps, double start, double... gradients) {
        return run(optimizer, steps, start, gradients);
    }

    private static <S> double[] run(Optimizer<S> optimizer, int steps, double start, double... gradients) {
        var w = Param.of(Tensor.of(new double[] {start}));
        var updater = new Updater<>(optimizer, List.of(w));
        var out = new double[steps];
        for (int k = 1; k <= steps; k++) {
            var t = Iteration.of(k);
            var g = Tensor.of(new double[] {gradients[(k - 1) % gradients.length]});
            Soma.training(Rng.seed(1), () -> {
                updater.apply(t, List.of(g));
                return "";
            });
            out[k - 1] = OptimizerCasesTest.numbers(w)[0];
        }
        return out;
    }

    @Test
    void sgdByHand() {
        assertThat(after(new Sgd(0.1), 2, 1, 2)).containsExactly(new double[] {0.8, 0.6}, within(1e-12));
        // v: 2, 0.5 2 + 2 = 3
        assertThat(after(new Sgd(0.1).momentum(0.5), 2, 1, 2)).containsExactly(new double[] {0.8, 0.5}, within(1e-12));
        // v: 2 (the first gradient is not dampened), 0.5 2 + 0.75 2 = 2.5
        assertThat(after(new Sgd(0.1).momentum(0.5).dampening(0.25), 2, 1, 2))
                .containsExactly(new double[] {0.8, 0.55}, within(1e-12));
        // moves: 2 + 0.5 2, 2 + 0.5 3
        assertThat(after(new Sgd(0.1).momentum(0.5).withNesterov(), 2, 1, 2))
                .containsExactly(new double[] {0.7, 0.35}, within(1e-12));
        assertThat(after(new Sgd(0.1).weightDecay(0.5), 1, 1, 2)).containsExactly(new double[] {0.75}, within(1e-12));
        assertThatThrownBy(() -> new Sgd(0.1).withNesterov()).hasMessageContaining("needs momentum");
    }

    /** Remembers a tensor, and the test remembers its array. */
    private record Heavy(List<WeakReference<Object>> made) implements Optimizer<Tensor> {
        @Override
        public Schedule lr() {
            return Schedule.constant(1);
        }

        @Override
        public Tensor init(Tensor w) {
            var start = Tensor.wrap(new float[w.numel()], w.dtype(), w.shape());
            made.add(new WeakReference<>(start.array()));
            return start;
        }

        @Override
        public Update<Tensor> step(Iteration t, Tensor w, Tensor g, Tensor state) {
            return new Update<>(w.sub(g), state.add(g));
        }
    }

    @Test
    void theFirstStateIsKeptOnceOnly() throws InterruptedException {
        var made = new ArrayList<WeakReference<Object>>();
        var updater = new Updater<>(new Heavy(made), List.of(Param.of(Tensor.ones(1000))));
        for (int i = 0; i < 50 && made.get(0).get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(made.get(0).get()).isNull();
        assertThat(updater.state()).hasSize(1);
    }

    @Test
    void adamFirstStepIsLr() {
        assertThat(after(new Adam(0.1), 1, 1, 7)).containsExactly(new double[] {0.9}, within(1e-8));
        assertThat(after(new AdamW(0.1).weightDecay(0.5), 1, 1, 7)).containsExactly(new double[] {0.85}, within(1e-8));
    }

    @Test
    void amsgradNeverForgetsALargeGradient() {
        var plain = after(new Adam(0.1).betas(0, 0.5), 20, 0, 100, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        var ams = after(new Adam(0.1).betas(0, 0.5).withAmsgrad(), 20, 0, 100, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        double v = 5000 * Math.pow(0.5, 9) + 1 - Math.pow(0.5, 9);
        assertThat(plain[9] - plain[8]).isCloseTo(-0.1 / Math.sqrt(v) * Math.sqrt(1 - Math.pow(0.5, 10)), within(1e-9));
        assertThat(ams[9] - ams[8])
                .isCloseTo(-0.1 / Math.sqrt(0.5 * 100 * 100) * Math.sqrt(1 - Math.pow(0.5, 10)), within(1e-9));
    }

    @Test
    void rpropGrowsShrinksAndWaits() {
        // sizes 0.1, 0.12, then the sign turns: 0.06 and no move, then on with 0.06
        assertThat(after(new Rprop(0.1), 4, 0, 1, 1, -1, -1))
                .containsExactly(new double[] {-0.1, -0.22, -0.22, -0.16}, within(1e-12));
    }

    @Test
    void rmsPropAdaGradAdaDelta() {
        assertThat(after(new RmsProp(0.1).alpha(0.5).eps(0), 1, 0, 3))
                .containsExactly(new double[] {-0.1 / Math.sqrt(0.5)}, within(1e-12));
        assertThat(after(new AdaGrad(0.1), 2, 0, 3))
                .containsExactly(new double[] {-0.1, -0.1 - 0.1 / Math.sqrt(2)}, within(1e-9));
        assertThat(after(new AdaDelta(1), 1, 0, 1)[0]).isCloseTo(-Math.sqrt(1e-6 / (0.1 + 1e-6)), within(1e-12));
    }

    @Test
    void schedulesAreReadAnewInCompiledSteps() {
        var w = Param.of(Tensor.of(new double[] {0}));
        var updater = new Updater<>(new Sgd(Schedule.step(1, 1, 0.5)), List.of(w));
        var count = new int[1];
        var step = Soma.compile(args -> Soma.training(Rng.seed(1), () -> {
            updater.apply(Iteration.of(() -> count[0]), List.of(args.get(0)));
            return List.of();
        }));
        for (int k = 1; k <= 4; k++) {
            count[0] = k;
            step.apply(Tensor.of(new double[] {-1}));
        }
        assertThat(OptimizerCasesTest.numbers(w)).containsExactly(1.875);
    }

    @Test
    void statesHaveNames() {
        var params = Map.of("fc.weight", Param.of(Tensor.ones(2)));
        assertThat(new Updater<>(new Adam(1), params).state().keySet())
                .containsExactly("fc.weight.mean", "fc.weight.square");
        assertThat(new Updater<>(new NAdam(1), params).state().keySet())
                .containsExactly("fc.weight.moments.mean", "fc.weight.moments.square", "fc.weight.product");
        assertThat(new Updater<>(new AdaGrad(1), params).state().keySet()).containsExactly("fc.weight");
        assertThat(new Updater<>(new Sgd(1), params).state()).isEmpty();
        assertThatThrownBy(() -> new Updater<>(new Sgd(1), params).apply(Iteration.of(1), List.of()))
                .isInstanceOf(SomaException.class)
                .hasMessage("update: 0 gradients for 1 parameters");
    }

    record SignDescent(Schedule lr) implements Optimizer<List<Tensor>> {
        @Override
        public List<Tensor> init(Tensor w) {
            return List.of();
        }

        @Override
        public Update<List<Tensor>> step(Iteration t, Tensor w, Tensor g, List<Tensor> s) {
            return new Update<>(w.sub(g.sign().mul(t.lr(lr))), s);
        }
    }

    @Test
    void onesOwnOptimizer() {
        assertThat(after(new SignDescent(Schedule.constant(0.5)), 2, 0, 3, -2)).containsExactly(-0.5, 0);
    }

    @Test
    void clipping() {
        var g = List.of(Tensor.of(new double[] {3, 0}), Tensor.of(new double[] {-4}));
        assertThat(Gradients.norm(g).item()).isEqualTo(5);
        var small = Gradients.clipByNorm(g, 1);
        assertThat(small.get(0).toDoubleArray()).containsExactly(new double[] {0.6, 0}, within(1e-6));
        assertThat(small.get(1).toDoubleArray()).containsExactly(new double[] {-0.8}, within(1e-6));
        assertThat(Gradients.clipByNorm(g, 10).get(1).toDoubleArray()).containsExactly(-4);
        assertThat(Gradients.clipByValue(g, 3.5).get(1).toDoubleArray()).containsExactly(-3.5);
    }

    @Test
    void lbfgsFindsRosenbrocksMinimum() {
        for (boolean search : new boolean[] {true, false}) {
            var w = Param.of(Tensor.of(new double[] {-1.2, 1}));
            var run = new Lbfgs(search ? 1 : 0.1, 20, 100, 1e-10, 1e-14, search).on(List.of(w), () -> {
                var x = w.value().at(0);
                var y = w.value().at(1);
                return x.neg().add(1).square().add(y.sub(x.square()).square().mul(100));
            });
            double first = run.step();
            assertThat(first).isCloseTo(24.2, within(1e-9));
            double last = first;
            for (int i = 0; i < (search ? 5 : 40); i++) {
                last = run.step();
            }
            assertThat(last).isLessThan(search ? 1e-12 : 1e-3);
        }
    }
}
