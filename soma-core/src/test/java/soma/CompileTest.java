package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CompileTest {

    @Test
    void buildsOnceForEachShapeAndDtype() {
        var builds = new AtomicInteger();
        var f = Soma.compileUnary(x -> {
            builds.incrementAndGet();
            return x.mul(2).sum(-1);
        });
        for (int round = 0; round < 3; round++) {
            assertThat(f.apply(Tensor.of(new float[] {1, 2, 3})).item()).isEqualTo(12);
            assertThat(f.apply(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)).toFloatArray())
                    .containsExactly(6, 14);
            assertThat(f.apply(Tensor.of(new double[] {1, 2, 3})).item()).isEqualTo(12);
            assertThat(f.apply(Tensor.zeros(0, 3)).shape()).isEqualTo(Shape.of(0));
        }
        assertThat(builds).hasValue(4);
    }

    @Test
    void resultsHaveShapeAndDtypeAlsoWithoutAxes() {
        var f = Soma.compile(
                a -> List.of(a.get(0).sum(), a.get(0).gt(1), a.get(0).reshape(1, -1), a.get(0)));
        var out = f.apply(Tensor.of(new float[] {1, 2}));
        assertThat(out.get(0).shape()).isEqualTo(Shape.SCALAR);
        assertThat(out.get(0).item()).isEqualTo(3);
        assertThat(out.get(1).dtype()).isEqualTo(DType.BOOL);
        assertThat(out.get(2).shape()).isEqualTo(Shape.of(1, 2));
        assertThat(out.get(3).toFloatArray()).containsExactly(1, 2);
    }

    @Test
    void argumentsMayBeExpressionsAndOneMayComeTwice() {
        var f = Soma.compile(a -> List.of(a.get(0).sub(a.get(1))));
        var x = Tensor.of(new float[] {1, 2}).mul(3);
        assertThat(f.apply(x, x).get(0).toFloatArray()).containsExactly(0, 0);
        assertThat(f.apply(x, x.add(1)).get(0).toFloatArray()).containsExactly(-1, -1);
        assertThat(f.apply(x.add(1), x).get(0).toFloatArray()).containsExactly(1, 1);
    }

    @Test
    void feedsAreReadAtEachCall() {
        var rate = new float[] {1};
        var f = Soma.compileUnary(x -> x.mul(Tensor.feed(DType.FLOAT32, Shape.SCALAR, () -> rate.clone())));
        var x = Tensor.of(new float[] {1, 2});
        assertThat(f.apply(x).toFloatArray()).containsExactly(1, 2);
        rate[0] = 10;
        assertThat(f.apply(x).toFloatArray()).containsExactly(10, 20);
    }

    @Test
    void randomKeysThatTheHostGivesAreReadAtEachCall() {
        var key = new AtomicLong(1);
        var f = Soma.compileUnary(
                x -> Rng.of(key::get).fold(3).normal(DType.FLOAT32, Shape.of(4)).add(x));
        var zero = Tensor.zeros(4);
        var first = f.apply(zero).toFloatArray();
        assertThat(f.apply(zero).toFloatArray()).isEqualTo(first);
        key.set(2);
        assertThat(f.apply(zero).toFloatArray()).isNotEqualTo(first);
        key.set(1);
        assertThat(f.apply(zero).toFloatArray()).isEqualTo(first);
    }

    @Test
    void drawsOfATrainingScopeDifferFromCallToCallAndFollowTheSeed() {
        var f = Soma.compileUnary(
                x -> Soma.isTraining() ? x.mul(Soma.rng().bernoulli(0.5, DType.FLOAT32, x.shape())) : x);
        var x = Tensor.ones(64);
        var runs = new ArrayList<List<float[]>>();
        for (int run = 0; run < 2; run++) {
            runs.add(Soma.training(
                    Rng.seed(5),
                    () -> List.of(f.apply(x).toFloatArray(), f.apply(x).toFloatArray())));
        }
        assertThat(runs.get(0).get(0)).isNotEqualTo(runs.get(0).get(1));
        assertThat(runs.get(1).get(0)).isEqualTo(runs.get(0).get(0));
        assertThat(runs.get(1).get(1)).isEqualTo(runs.get(0).get(1));
        assertThat(f.apply(x).sum().item())
                .as("inference after training, same shapes")
                .isEqualTo(64);
    }

    @Test
    void paramsAreReadAtEachCall() {
        var p = Param.of(Tensor.of(new float[] {1, 2}));
        assertThat(p.value().toString()).startsWith("[1.0000");
        var f = Soma.compileUnary(x -> x.add(p.value()));
        var zero = Tensor.zeros(2);
        assertThat(f.apply(zero).toFloatArray()).containsExactly(1, 2);
        p.set(p.value().mul(2));
        assertThat(f.apply(zero).toFloatArray()).containsExactly(2, 4);
        p.load(Tensor.of(new float[] {7, 8}));
        assertThat(f.apply(zero).toFloatArray()).containsExactly(7, 8);
        Soma.training(Rng.seed(1), () -> {
            p.set(p.value().add(1));
            assertThat(f.apply(zero).toFloatArray())
                    .as("value() is the latest set")
                    .containsExactly(8, 9);
            return List.of();
        });
    }

    @Test
    void lazyParamsAreInitializedOnce() {
        var p = Param.lazy(Shape.of(2), (rng, shape) -> rng.normal(DType.FLOAT32, shape));
        var f = Soma.compileUnary(x -> x.add(p.value()));
        var first = f.apply(Tensor.zeros(2)).toFloatArray();
        assertThat(f.apply(Tensor.zeros(2)).toFloatArray()).isEqualTo(first);
        assertThat(p.value().toFloatArray()).isEqualTo(first);
    }

    @Test
    void updatesAreCarriedOut() {
        var p = Param.of(Tensor.of(new float[] {1, 2}));
        var m = Param.state(Tensor.zeros(2));
        var step = Soma.compile(a -> {
            var loss = p.value().sub(a.get(0)).square().sum();
            var g = Autodiff.grad(loss, p.value());
            m.set(m.value().mul(0.5).add(g));
            p.set(p.value().sub(m.value().mul(0.25)));
            return List.of(loss);
        });
        var target = Tensor.zeros(2);
        float[] wantP = {1, 2};
        float[] wantM = {0, 0};
        for (int i = 0; i < 5; i++) {
            var stale = p.value().add(0);
            float want = wantP[0] * wantP[0] + wantP[1] * wantP[1];
            assertThat(step.apply(target).get(0).item()).isEqualTo(want);
            for (int k = 0; k < 2; k++) {
                wantM[k] = 0.5f * wantM[k] + 2 * wantP[k];
                wantP[k] -= 0.25f * wantM[k];
            }
            assertThat(p.value().toFloatArray()).isEqualTo(wantP);
            assertThat(m.value().toFloatArray()).isEqualTo(wantM);
            assertThatThrownBy(stale::item).isInstanceOf(SomaException.class);
            if (i == 2) {
                p.load(Tensor.of(new float[] {3, -1}));
                wantP = new float[] {3, -1};
            }
        }
    }

    @Test
    void lookingInsideIsExplained() {
        var p = Param.of(Tensor.ones(2)).named("fc.bias");
        var x = Tensor.ones(2);
        assertThatThrownBy(() -> Soma.compileUnary(t -> t.mul(t.sum().item())).apply(x))
                .isInstanceOf(SomaException.class)
                .hasMessage(
                        "argument 0 of a compiled function, of shape (2), was looked at while the function was being"
                            + " compiled. A compiled function may only build expressions: move item(), toFloatArray()"
                            + " or printing out of it");
        assertThatThrownBy(() ->
                        Soma.compileUnary(t -> t.mul(p.value().sum().item())).apply(x))
                .isInstanceOf(SomaException.class)
                .hasMessage("an expression of parameter fc.bias was looked at while a function was being compiled. A"
                        + " compiled function may only build expressions: move item(), toFloatArray() or printing"
                        + " out of it");
        assertThatThrownBy(() -> Soma.compileUnary(
                                t -> t.mul(Tensor.rand(Rng.seed(1), 2).sum().item()))
                        .apply(x))
                .hasMessageStartingWith("an expression of a random draw or a value that is fed was looked at");
        assertThat(Soma.compileUnary(t -> t.mul(Tensor.arange(4).sum().item()))
                        .apply(x)
                        .sum()
                        .item())
                .as("constants may be looked at")
                .isEqualTo(12);
        Soma.compileUnary(t -> {
                    assertThat(t.toString()).isEqualTo("Tensor(2) float32 (an argument of a function being compiled)");
                    return t;
                })
                .apply(x);
    }

    @Test
    void aCompiledFunctionWithinAnotherIsPartOfIt() {
        var inner = Soma.compileUnary(x -> x.mul(2));
        var outer = Soma.compileUnary(x -> inner.apply(x.add(1)).sum());
        assertThat(outer.apply(Tensor.of(new float[] {1, 2})).item()).isEqualTo(10);
        var grad = Soma.compileUnary(x -> Autodiff.grad(inner.apply(x).square().sum(), x));
        assertThat(grad.apply(Tensor.of(new float[] {1, 2})).toFloatArray()).containsExactly(8, 16);
    }

    @Test
    void earlierResultsStayAsTheyWere() {
        var p = Param.of(Tensor.of(new float[] {1, 2}));
        var constant = Tensor.of(new float[] {5, 6});
        var f = Soma.compile(a -> {
            var next = p.value().add(a.get(0));
            p.set(next);
            return List.of(next, next.reshape(1, 2), a.get(0), constant, next.mul(2), next.slice(0, 1, 2), p.value());
        });
        var x = Tensor.of(new float[] {1, 1});
        var first = f.apply(x);
        var kept = first.stream().map(Tensor::toFloatArray).toList();
        for (int i = 0; i < 3; i++) {
            f.apply(Tensor.of(new float[] {100, 100}));
        }
        p.load(Tensor.zeros(2));
        for (int i = 0; i < kept.size(); i++) {
            assertThat(first.get(i).toFloatArray()).as("result %d", i).isEqualTo(kept.get(i));
        }
        assertThat(kept.get(0)).containsExactly(2, 3);
        assertThat(kept.get(5)).containsExactly(3);
        assertThat(x.toFloatArray()).containsExactly(1, 1);
        assertThat(constant.toFloatArray()).containsExactly(5, 6);
    }

    private static Soma.Compiled smallStep() {
        var rng = Rng.seed(2);
        var w1 = Param.of(Tensor.randn(rng.fold(1), 8, 2));
        var w2 = Param.of(Tensor.randn(rng.fold(2), 1, 8));
        return Soma.compile(a -> {
            var h = a.get(0).matmul(w1.value().t()).tanh();
            var loss = h.matmul(w2.value().t()).sub(a.get(1)).square().mean();
            var g = Autodiff.grad(loss, List.of(w1.value(), w2.value()));
            w1.set(w1.value().sub(g.get(0).mul(0.01)));
            w2.set(w2.value().sub(g.get(1).mul(0.01)));
            return List.of(loss);
        });
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void aCallAllocatesLittle() {
        Soma.withThreads(1, () -> {
            var step = smallStep();
            var x = Tensor.randn(Rng.seed(3), 32, 2);
            var y = Tensor.randn(Rng.seed(4), 32, 1);
            int calls = 2_000;
            long least = Long.MAX_VALUE;
            // the first calls run in the interpreter, where vectors are objects
            for (int round = 0; round < 40 && least > 4_096; round++) {
                long before = allocated();
                for (int i = 0; i < calls; i++) {
                    step.apply(x, y);
                }
                least = Math.min(least, (allocated() - before) / calls);
            }
            assertThat(least).as("bytes per call").isLessThanOrEqualTo(4_096);
            return true;
        });
    }

    @Test
    void memoryStaysFlat() {
        var step = smallStep();
        var x = Tensor.randn(Rng.seed(3), 32, 2);
        var y = Tensor.randn(Rng.seed(4), 32, 1);
        Soma.withThreads(1, () -> {
            double first = step.apply(x, y).get(0).item();
            for (int i = 0; i < 20_000; i++) {
                step.apply(x, y);
            }
            long before = used();
            double last = 0;
            for (int i = 0; i < 80_000; i++) {
                last = step.apply(x, y).get(0).item();
            }
            assertThat(used() - before)
                    .as("bytes more after 80,000 further steps")
                    .isLessThan(1_000_000);
            assertThat(last).isLessThan(first);
            return true;
        });
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    @Test
    void manyThreadsMayCallAtOnce() throws Exception {
        var w = Param.of(Tensor.randn(Rng.seed(1), 64, 32));
        var f = Soma.compileUnary(x -> x.matmul(w.value().t()).relu().sum(1).add(x.mean()));
        var inputs = new ArrayList<Tensor>();
        var want = new ArrayList<float[]>();
        for (int i = 0; i < 8; i++) {
            var x = Tensor.randn(Rng.seed(100 + i), 1 + i * 37, 32);
            inputs.add(x);
            want.add(x.matmul(w.value().t()).relu().sum(1).add(x.mean()).toFloatArray());
        }
        try (var pool = Executors.newFixedThreadPool(4)) {
            var jobs = new ArrayList<Callable<Boolean>>();
            for (int t = 0; t < 4; t++) {
                int offset = t;
                jobs.add(() -> {
                    for (int i = 0; i < 200; i++) {
                        int k = (i + offset) % 8;
                        assertThat(f.apply(inputs.get(k)).toFloatArray()).isEqualTo(want.get(k));
                        var plain = inputs.get(k).mul(2).sum(0).toFloatArray();
                        assertThat(plain).hasSize(32);
                    }
                    return true;
                });
            }
            for (Future<Boolean> done : pool.invokeAll(jobs)) {
                assertThat(done.get()).isTrue();
            }
        }
    }
}
