package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.kernel.FusedLoops;
import soma.kernel.Workers;
import soma.op.Leaf;
import soma.op.Walk;

/** What plans hold on to between runs: their working memory while it is of use, and nothing of their callers. */
class RetentionTest {

    private static boolean isFreed(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return reference.get() == null;
    }

    @Test
    void aCompiledFunctionLetsGoOfArgumentsAndResults() throws InterruptedException {
        var w = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        var f = Soma.compileUnary(x -> x.matmul(w).softmax(1));
        var references = call(f);
        assertThat(isFreed(references.get(0))).isTrue();
        assertThat(isFreed(references.get(1))).isTrue();
        assertThat(f.apply(Tensor.ones(3, 2)).shape()).isEqualTo(Shape.of(3, 2));
    }

    private static List<WeakReference<Object>> call(java.util.function.Function<Tensor, Tensor> f) {
        var x = Tensor.wrap(new float[6], DType.FLOAT32, Shape.of(3, 2));
        var y = f.apply(x);
        return List.of(new WeakReference<>(x.array()), new WeakReference<>(y.array()));
    }

    @Test
    void memoryThatRestsIsForgottenOnRequest() {
        int n = 1 << 10;
        var x = Tensor.ones(n, n).mul(2);
        var y = x.matmul(x).sum(1);
        var walk = Walk.from(List.of(y));
        var plan = new Planner(walk, List.of(y), List.of(), new int[0], new FusedLoops()).plan();
        var leaves = new Object[plan.leafNodes.length];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = ((Leaf) walk.op(plan.leafNodes[i])).bind();
        }
        assertThat(plan.needsMemory()).isTrue();
        plan.run(leaves, new Object[0], new Workers(1), 7);
        assertThat(plan.needsMemory()).isFalse();
        plan.forget(7);
        assertThat(plan.needsMemory()).isFalse();
        plan.forget(8);
        assertThat(plan.needsMemory()).isTrue();
        assertThat(plan.run(leaves, new Object[0], new Workers(1), 9)[0]).isInstanceOf(float[].class);
    }
}
