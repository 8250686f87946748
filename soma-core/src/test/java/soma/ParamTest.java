package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParamTest {
    private static final Rng RNG = Rng.seed(1);

    private static Param param(float... values) {
        return Param.of(Tensor.of(values));
    }

    private static float[] numbers(Param p) {
        return p.value().toFloatArray();
    }

    @Test
    void holdsACopy() {
        var t = Tensor.of(new float[] {1, 2});
        var p = Param.of(t);
        p.set(t.add(1));
        assertThat(t.toFloatArray()).containsExactly(1, 2);
        assertThat(numbers(p)).containsExactly(2, 3);
        assertThat(p.isTrained()).isTrue();
        assertThat(Param.state(t).isTrained()).isFalse();
    }

    @Test
    void isDescribedByNameShapeAndDtype() {
        assertThat(param(1, 2).named("fc.bias")).hasToString("fc.bias(2) float32");
        assertThat(Param.lazy((r, s) -> Tensor.zeros(DType.FLOAT32, s)).named("fc.weight"))
                .hasToString("fc.weight(?) float32");
    }

    @Test
    void setOutsideAScopeTakesEffectAtOnce() {
        var p = param(1, 2);
        p.set(p.value().mul(10));
        assertThat(numbers(p)).containsExactly(10, 20);
        p.set(p.value().add(1));
        p.set(p.value().add(1));
        assertThat(numbers(p)).containsExactly(12, 22);
    }

    @Test
    void aLookedAtValueIsAValueAndNotTheCell() {
        var p = param(1, 2);
        var before = p.value();
        assertThat(before.toFloatArray()).containsExactly(1, 2);
        p.set(before.add(1));
        assertThat(before.toFloatArray()).containsExactly(1, 2);
        assertThat(numbers(p)).containsExactly(2, 3);
    }

    @Test
    void updatesChainInOneScope() {
        var p = param(1, 2);
        var steps = Soma.training(RNG, () -> {
            p.set(p.value().mul(2));
            var between = p.value();
            p.set(p.value().add(1));
            p.set(p.value().square());
            return List.of(between, p.value());
        });
        assertThat(numbers(p)).containsExactly(9, 25);
        assertThat(steps.get(0).toFloatArray()).containsExactly(2, 4);
        assertThat(steps.get(1).toFloatArray()).containsExactly(9, 25);
    }

    @Test
    void nothingIsCommittedBeforeTheScopeEnds() {
        var p = param(1, 2);
        var sum = Soma.training(RNG, () -> {
            var old = p.value();
            p.set(old.add(1));
            return old.add(p.value());
        });
        assertThat(sum.toFloatArray()).containsExactly(3, 5);
        assertThat(numbers(p)).containsExactly(2, 3);
    }

    @Test
    void lookingInsideAScopeCommitsItsUpdates() {
        var p = param(1, 2);
        var seen = new ArrayList<Double>();
        Soma.training(RNG, () -> {
            p.set(p.value().add(1));
            seen.add(p.value().sum().item());
            p.set(p.value().add(1));
            return p.value();
        });
        assertThat(seen).containsExactly(5.0);
        assertThat(numbers(p)).containsExactly(3, 4);
    }

    @Test
    void theOldValueIsReadElsewhereInTheSamePlan() {
        var p = param(1, 2, 3, 4);
        var w = Tensor.of(new float[] {1, 1, 1, 1, 2, 2, 2, 2}, 2, 4);
        var all = Soma.training(RNG, () -> {
            var old = p.value();
            var next = old.mul(2);
            p.set(next);
            return List.of(
                    old.add(1),
                    next.add(old),
                    old.reshape(2, 2).t(),
                    w.matmul(old),
                    old.slice(0, 1, 3),
                    old.sum().add(old.flip(0)),
                    old);
        });
        assertThat(numbers(p)).containsExactly(2, 4, 6, 8);
        assertThat(all.get(0).toFloatArray()).containsExactly(2, 3, 4, 5);
        assertThat(all.get(1).toFloatArray()).containsExactly(3, 6, 9, 12);
        assertThat(all.get(2).toFloatArray()).containsExactly(1, 3, 2, 4);
        assertThat(all.get(3).toFloatArray()).containsExactly(10, 20);
        assertThat(all.get(4).toFloatArray()).containsExactly(2, 3);
        assertThat(all.get(5).toFloatArray()).containsExactly(14, 13, 12, 11);
        assertThat(all.get(6).toFloatArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void twoParamsChangePlaces() {
        var a = param(1, 2);
        var b = param(10, 20);
        Soma.training(RNG, () -> {
            var old = a.value();
            a.set(b.value());
            b.set(old);
            return List.of();
        });
        assertThat(numbers(a)).containsExactly(10, 20);
        assertThat(numbers(b)).containsExactly(1, 2);
        Soma.training(RNG, () -> {
            var oldA = a.value();
            var oldB = b.value();
            a.set(oldB.add(oldA.mul(0)));
            b.set(oldA.add(oldB.mul(0)));
            return List.of();
        });
        assertThat(numbers(a)).containsExactly(1, 2);
        assertThat(numbers(b)).containsExactly(10, 20);
    }

    @Test
    void threeParamsRotateWhileOneIsUpdatedInPlace() {
        var a = param(1, 2);
        var b = param(3, 4);
        var c = param(5, 6);
        Soma.training(RNG, () -> {
            var oldA = a.value();
            var oldB = b.value();
            a.set(oldA.mul(100));
            b.set(oldA);
            c.set(oldB.slice(0, 1, 2).expand(2));
            return List.of();
        });
        assertThat(numbers(a)).containsExactly(100, 200);
        assertThat(numbers(b)).containsExactly(1, 2);
        assertThat(numbers(c)).containsExactly(4, 4);
    }

    @Test
    void oneAssignedValueIsUsedByAnother() {
        var m = param(0, 0);
        var p = param(1, 2);
        Soma.training(RNG, () -> {
            m.set(m.value().mul(0.9).add(1));
            p.set(p.value().sub(m.value()));
            return List.of();
        });
        assertThat(numbers(m)).containsExactly(1, 1);
        assertThat(numbers(p)).containsExactly(0, 1);
    }

    @Test
    void twoParamsGetTheSameValue() {
        var a = param(1, 2);
        var b = param(3, 4);
        Soma.training(RNG, () -> {
            var v = a.value().add(b.value());
            a.set(v);
            b.set(v);
            return List.of();
        });
        assertThat(numbers(a)).containsExactly(4, 6);
        assertThat(numbers(b)).containsExactly(4, 6);
        a.set(a.value().mul(0));
        assertThat(numbers(b)).containsExactly(4, 6);
    }

    @Test
    void aReturnedTensorIsAlsoAssigned() {
        var p = param(1, 2);
        var v = Soma.training(RNG, () -> {
            var next = p.value().mul(3);
            p.set(next);
            return next;
        });
        p.set(p.value().add(1));
        assertThat(v.toFloatArray()).containsExactly(3, 6);
        assertThat(numbers(p)).containsExactly(4, 7);
    }

    @Test
    void aProductOfTheParamWithItselfIsNotDoneInPlace() {
        var p = Param.of(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
        Soma.training(RNG, () -> {
            p.set(p.value().matmul(p.value()).relu());
            return List.of();
        });
        assertThat(numbers(p)).containsExactly(7, 10, 15, 22);
    }

    @Test
    void aBroadcastOfTheParamOverItselfIsNotDoneInPlace() {
        var p = Param.of(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
        Soma.training(RNG, () -> {
            var first = p.value().select(0, 0);
            p.set(p.value().add(first).sub(p.value().t()));
            return List.of();
        });
        assertThat(numbers(p)).containsExactly(1, 1, 2, 2);
    }

    @Test
    void integersAndHalvesAreParametersToo() {
        var n = Param.state(Tensor.of(new long[] {41}));
        var h = Param.of(Tensor.of(new float[] {1, 2}).to(DType.BFLOAT16));
        var flag = Param.state(Tensor.of(new boolean[] {true, false}));
        Soma.training(RNG, () -> {
            n.set(n.value().add(1));
            h.set(h.value().mul(3));
            flag.set(flag.value().logicalNot());
            return List.of();
        });
        assertThat(n.value().toLongArray()).containsExactly(42);
        assertThat(numbers(h)).containsExactly(3, 6);
        assertThat(flag.value().toBooleanArray()).containsExactly(false, true);
    }

    @Test
    void anOldExpressionIsRefusedByName() {
        var p = param(1, 2).named("conv1.weight");
        var y = p.value().sum();
        p.set(p.value().add(1));
        assertThatThrownBy(y::item)
                .isInstanceOf(StaleParamException.class)
                .hasMessage(
                        "conv1.weight: an expression was looked at after the parameter it reads had been updated. Look"
                                + " at it (item(), toFloatArray(), Soma.eval) before the update, or build it again from"
                                + " value()");
        assertThat(p.value().sum().item()).isEqualTo(5);
    }

    @Test
    void innerScopesHandTheirUpdatesUp() {
        var p = param(1);
        var q = param(10);
        Soma.training(RNG, () -> {
            p.set(p.value().add(1));
            Soma.training(RNG.fold(1), () -> {
                p.set(p.value().mul(5));
                q.set(q.value().add(p.value()));
                return List.of();
            });
            return Soma.inference(() -> {
                assertThat(Soma.isTraining()).isFalse();
                p.set(p.value().add(100));
                return p.value();
            });
        });
        assertThat(numbers(p)).containsExactly(110);
        assertThat(numbers(q)).containsExactly(20);
        assertThat(Soma.isTraining()).isFalse();
    }

    @Test
    void aFailingScopeCommitsNothing() {
        var p = param(1);
        assertThatThrownBy(() -> Soma.training(RNG, () -> {
                    p.set(p.value().add(1));
                    throw new IllegalStateException("stopped");
                }))
                .hasMessage("stopped");
        assertThat(numbers(p)).containsExactly(1);
    }

    @Test
    void refusesAnotherShapeOrDtype() {
        var p = param(1, 2).named("w");
        assertThatThrownBy(() -> p.set(Tensor.zeros(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("w: set to (3) float32, expected (2) float32");
        assertThatThrownBy(() -> p.set(Tensor.zeros(DType.FLOAT64, Shape.of(2))))
                .hasMessage("w: set to (2) float64, expected (2) float32");
        assertThatThrownBy(() -> p.load(Tensor.zeros(2, 1)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("w: given shape (2, 1), expected (2)");
    }

    @Test
    void loadConvertsAndReplaces() {
        var p = param(1, 2);
        var old = p.value().mul(1);
        p.load(Tensor.of(new double[] {5, 6}));
        assertThat(numbers(p)).containsExactly(5, 6);
        assertThatThrownBy(() -> old.toFloatArray()).isInstanceOf(StaleParamException.class);
        var source = Tensor.of(new float[] {7, 8});
        p.load(source);
        p.set(p.value().add(1));
        assertThat(source.toFloatArray()).containsExactly(7, 8);
        assertThat(numbers(p)).containsExactly(8, 9);
    }

    @Test
    void lazyParamsTakeShapeAndNumbersWhenFirstUsed() {
        var p = Param.lazy((rng, shape) -> Tensor.ones(DType.FLOAT32, shape).mul(3))
                .named("fc.weight");
        assertThat(p.isSized()).isFalse();
        assertThat(p.isInitialized()).isFalse();
        assertThatThrownBy(p::shape)
                .isInstanceOf(ShapeException.class)
                .hasMessage("fc.weight: its shape is not known yet; it takes it at first sight of data, so call forward"
                        + " once, or give the layer its input size");
        assertThatThrownBy(p::value).hasMessageStartingWith("fc.weight: its shape is not known yet");
        p.sized(Shape.of(2, 3)).sized(Shape.of(2, 3));
        assertThatThrownBy(() -> p.sized(Shape.of(3, 2))).hasMessage("fc.weight: has shape (2, 3), expected (3, 2)");
        assertThat(p.isInitialized()).isFalse();
        assertThat(p.value().sum().item()).isEqualTo(18);
        assertThat(p.isInitialized()).isTrue();
    }

    @Test
    void initializesOnceFromTheGivenSource() {
        var p = Param.lazy(Shape.of(5), (rng, shape) -> rng.normal(DType.FLOAT32, shape));
        p.initialize(RNG.fold(9));
        var first = numbers(p);
        p.initialize(RNG.fold(10));
        assertThat(numbers(p))
                .isEqualTo(first)
                .isEqualTo(RNG.fold(9).normal(DType.FLOAT32, Shape.of(5)).toFloatArray());
        var wrong = Param.lazy(Shape.of(5), (rng, shape) -> Tensor.zeros(4)).named("w");
        assertThatThrownBy(() -> wrong.initialize(RNG)).hasMessage("w: its initializer made shape (4), expected (5)");
    }

    @Test
    void makingOrInitializingAParamInAScopeCommitsNothing() {
        var p = param(1);
        var made = new ArrayList<Param>();
        var y = Soma.training(RNG, () -> {
            var old = p.value();
            p.set(old.add(1));
            var lazy = Param.lazy(Shape.of(1), (rng, shape) -> rng.uniform(DType.FLOAT32, shape));
            made.add(Param.state(Tensor.zeros(1)));
            made.add(Param.of(old.mul(7)));
            return old.add(lazy.value().mul(0)).add(made.get(0).value());
        });
        assertThat(y.item()).isEqualTo(1);
        assertThat(numbers(p)).containsExactly(2);
        assertThat(numbers(made.get(1))).containsExactly(7);
    }

    @Test
    void runningStatisticsChangeOnlyInTheScope() {
        var mean = Param.state(Tensor.zeros(2));
        var batches = List.of(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2), Tensor.of(new float[] {5, 6, 7, 8}, 2, 2));
        for (var x : batches) {
            Soma.training(RNG, () -> {
                if (Soma.isTraining()) {
                    mean.set(mean.value().mul(0.9).add(x.mean(0).mul(0.1)));
                }
                return x.sub(x.mean(0));
            });
        }
        var seen = numbers(mean);
        assertThat(seen[0]).isCloseTo(0.78f, within(1e-6f));
        assertThat(seen[1]).isCloseTo(0.97f, within(1e-6f));
        Soma.inference(() -> batches.get(0).sub(mean.value()));
        assertThat(numbers(mean)).isEqualTo(seen);
    }

    @Test
    void unrolledUpdatesStayDifferentiable() {
        // one inner step of gradient descent on (w - c)^2: w' = w - 0.25 * 2 (w - c), so dw'^2/dw = 2 w' * 0.5
        var w = Param.of(Tensor.of(new double[] {3}));
        var c = 1.0;
        var g = Soma.training(RNG, () -> {
            var start = w.value();
            var inner = Autodiff.grad(start.sub(c).square().sum(), start);
            w.set(start.sub(inner.mul(0.25)));
            return Autodiff.grad(w.value().square().sum(), start);
        });
        assertThat(g.item()).isEqualTo(2);
        assertThat(w.value().item()).isEqualTo(2);
    }

    @Test
    void aLoopOfUpdatesGivesWhatPlainArithmeticGives() {
        var p = param(1, -1);
        var m = Param.state(Tensor.zeros(2));
        float[] wantP = {1, -1};
        float[] wantM = {0, 0};
        for (int step = 0; step < 50; step++) {
            Soma.training(RNG, () -> {
                var g = Autodiff.grad(p.value().square().sum(), p.value());
                m.set(m.value().mul(0.5).add(g));
                p.set(p.value().sub(m.value().mul(0.125)));
                return List.of();
            });
            for (int i = 0; i < 2; i++) {
                wantM[i] = 0.5f * wantM[i] + 2 * wantP[i];
                wantP[i] -= 0.125f * wantM[i];
            }
        }
        assertThat(numbers(p)[0]).isCloseTo(wantP[0], within(1e-6f));
        assertThat(numbers(m)[1]).isCloseTo(wantM[1], within(1e-6f));
    }
}
