package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class AutodiffTest {

    private static Tensor vector(double... values) {
        return Tensor.of(values);
    }

    private static void assertClose(Tensor got, double... want) {
        assertThat(got.toDoubleArray()).containsExactly(want, within(1e-10));
    }

    @Test
    void gradientOfAFunctionAndOfAnExpression() {
        var x = vector(1, 2, 3);
        assertClose(Autodiff.grad(t -> t.square().sum(), x), 2, 4, 6);
        assertClose(Autodiff.grad(x.square().sum(), x), 2, 4, 6);
        assertClose(
                Autodiff.grad((Function<Tensor, Tensor>) t -> t.exp().sum()).apply(x),
                Math.E,
                Math.exp(2),
                Math.exp(3));
        assertClose(Autodiff.grad(Tensor::sum, Tensor.scalar(3, DType.FLOAT64)), 1);
    }

    @Test
    void valueComesWithTheGradient() {
        var both = Autodiff.valueAndGrad(t -> t.sin().sum(), vector(0, 1));
        assertClose(both.value(), Math.sin(1));
        assertClose(both.grad(), 1, Math.cos(1));
    }

    @Test
    void severalArgumentsAndOneThatIsUsedSeveralTimes() {
        var a = vector(2, 3);
        var b = vector(5, 7);
        var y = a.mul(b).add(a.square()).add(a).sum();
        var g = Autodiff.grad(y, List.of(a, b));
        assertClose(g.get(0), 5 + 4 + 1, 7 + 6 + 1);
        assertClose(g.get(1), 2, 3);
        var sameTwice = Autodiff.grad(a.mul(a).mul(a).sum(), List.of(a, a));
        assertClose(sameTwice.get(0), 12, 27);
        assertClose(sameTwice.get(1), 12, 27);
    }

    @Test
    void withRespectToSomethingInTheMiddle() {
        var x = vector(1, 2);
        var h = x.square();
        var y = h.mul(3).sum().add(x.sum());
        var g = Autodiff.grad(y, List.of(h, x));
        assertClose(g.get(0), 3, 3);
        assertClose(g.get(1), 7, 13);
        assertClose(Autodiff.grad(y, y), 1);
    }

    @Test
    void anArgumentThatIsNotUsedHasGradientZero() {
        var x = vector(1, 2);
        var other = Tensor.ones(2, 3);
        var g = Autodiff.grad(x.sum(), List.of(other, x));
        assertThat(g.get(0).shape()).isEqualTo(Shape.of(2, 3));
        assertThat(g.get(0).dtype()).isEqualTo(DType.FLOAT32);
        assertThat(g.get(0).toFloatArray()).containsOnly(0);
        assertClose(Autodiff.grad(t -> Tensor.scalar(1, DType.FLOAT64), x), 0, 0);
        assertClose(Autodiff.grad(x.gt(1).to(DType.FLOAT64).sum(), x), 0, 0);
        assertClose(Autodiff.grad(x.to(DType.INT64).to(DType.FLOAT64).sum(), x), 0, 0);
    }

    @Test
    void broadcastingSumsBack() {
        var matrix = Tensor.ones(DType.FLOAT64, Shape.of(4, 3));
        var row = vector(1, 2, 3);
        var column = Tensor.of(new double[] {1, 2, 3, 4}, 4, 1);
        var number = Tensor.scalar(2, DType.FLOAT64);
        var y = matrix.mul(row).mul(column).mul(number).sum();
        var g = Autodiff.grad(y, List.of(row, column, number, matrix));
        assertClose(g.get(0), 20, 20, 20);
        assertThat(g.get(1).shape()).isEqualTo(Shape.of(4, 1));
        assertClose(g.get(1), 12, 12, 12, 12);
        assertClose(g.get(2), 60);
        assertThat(g.get(3).shape()).isEqualTo(Shape.of(4, 3));
        var single = Tensor.ones(DType.FLOAT64, Shape.of(1, 1, 3));
        assertThat(Autodiff.grad(single.add(matrix).sum(), single).shape()).isEqualTo(Shape.of(1, 1, 3));
        assertClose(Autodiff.grad(single.add(matrix).sum(), single), 4, 4, 4);
    }

    @Test
    void emptyTensorsHaveEmptyGradients() {
        var x = Tensor.zeros(DType.FLOAT64, Shape.of(0, 3));
        var b = vector(1, 2, 3);
        var g = Autodiff.grad(x.mul(b).sum(), List.of(x, b));
        assertThat(g.get(0).toDoubleArray()).isEmpty();
        assertThat(g.get(0).shape()).isEqualTo(Shape.of(0, 3));
        assertClose(g.get(1), 0, 0, 0);
    }

    @Test
    void vjpAndJvp() {
        var x = vector(1, 2);
        UnaryOperator<Tensor> f = t -> Tensor.stack(
                0, t.select(0, 0).mul(t.select(0, 1)), t.select(0, 0).exp(), t.sum());
        assertClose(Autodiff.vjp(f, x, vector(1, 0, 0)), 2, 1);
        assertClose(Autodiff.vjp(f, x, vector(0, 1, 2)), Math.E + 2, 2);
        assertClose(Autodiff.jvp(f, x, vector(1, 0)), 2, Math.E, 1);
        assertClose(Autodiff.jvp(f, x, vector(0, 1)), 1, 0, 1);
    }

    @Test
    void jvpOfAFunctionThatDoesNotDependOnItsArgumentIsZero() {
        assertClose(Autodiff.jvp(t -> vector(1, 2, 3).mul(2), vector(5), vector(1)), 0, 0, 0);
    }

    @Test
    void jacobianHasTheShapeOfBoth() {
        var a = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
        var j = Autodiff.jacobian(t -> a.matmul(t), vector(7, 8));
        assertThat(j.shape()).isEqualTo(Shape.of(3, 2));
        assertClose(j, 1, 2, 3, 4, 5, 6);
        var big = Autodiff.jacobian(t -> t.mul(t), Tensor.of(new double[] {1, 2, 3, 4}, 2, 2));
        assertThat(big.shape()).isEqualTo(Shape.of(2, 2, 2, 2));
        assertThat(big.at(1, 0, 1, 0).item()).isEqualTo(6);
        assertThat(big.at(1, 0, 0, 1).item()).isZero();
        assertThat(Autodiff.jacobian(t -> t.slice(0, 0, 0), vector(1, 2)).shape())
                .isEqualTo(Shape.of(0, 2));
        assertClose(Autodiff.jacobian(Tensor::sum, vector(1, 2)), 1, 1);
    }

    @Test
    void hessianOfAFunctionOfTwoNumbers() {
        // f = x^2 y + y^3: [[2y, 2x], [2x, 6y]]
        UnaryOperator<Tensor> f = t -> {
            var x = t.select(0, 0);
            var y = t.select(0, 1);
            return x.square().mul(y).add(y.pow(3));
        };
        var at = vector(3, 5);
        var h = Autodiff.hessian(f, at);
        assertThat(h.shape()).isEqualTo(Shape.of(2, 2));
        assertClose(h, 10, 6, 6, 30);
        assertClose(Autodiff.hvp(f, at, vector(1, 2)), 22, 66);
    }

    @Test
    void hessianOfALinearFunctionIsZero() {
        assertClose(Autodiff.hessian(t -> t.mul(3).sum(), vector(1, 2)), 0, 0, 0, 0);
    }

    private static Tensor derivative(UnaryOperator<Tensor> f, Tensor x, int order) {
        UnaryOperator<Tensor> g = f;
        for (int i = 0; i < order; i++) {
            var inner = g;
            g = t -> Autodiff.grad(s -> inner.apply(s).sum(), t);
        }
        return g.apply(x);
    }

    @Test
    void derivativesUpToTheFourth() {
        var x = vector(0.3, -0.7, 1.2);
        for (int n = 0; n <= 4; n++) {
            int order = n;
            assertThat(derivative(Tensor::sin, x, n).toDoubleArray())
                    .containsExactly(each(x, v -> Math.sin(v + order * Math.PI / 2)), within(1e-9));
            assertThat(derivative(Tensor::exp, x, n).toDoubleArray()).containsExactly(each(x, Math::exp), within(1e-9));
            assertThat(derivative(t -> t.pow(6), x, n).toDoubleArray())
                    .containsExactly(each(x, v -> falling(6, order) * Math.pow(v, 6 - order)), within(1e-8));
            assertThat(derivative(t -> t.add(2).log(), x, n).toDoubleArray())
                    .containsExactly(
                            each(x, v -> order == 0 ? Math.log(v + 2) : logDerivative(v + 2, order)), within(1e-8));
        }
        assertThat(derivative(Tensor::tanh, x, 4).toDoubleArray())
                .containsExactly(
                        each(x, v -> {
                            double t = Math.tanh(v);
                            return 8 * t * (1 - t * t) * (2 - 3 * t * t);
                        }),
                        within(1e-8));
    }

    private static double falling(int n, int k) {
        return k == 0 ? 1 : n * falling(n - 1, k - 1);
    }

    private static double logDerivative(double v, int n) {
        double d = 1 / v;
        for (int k = 2; k <= n; k++) {
            d *= -(k - 1) / v;
        }
        return d;
    }

    private static double[] each(Tensor x, java.util.function.DoubleUnaryOperator f) {
        return java.util.Arrays.stream(x.toDoubleArray()).map(f).toArray();
    }

    @Test
    void stopGradientHoldsAFactorFixed() {
        var x = vector(3, 4);
        assertClose(Autodiff.grad(x.mul(x.stopGradient()).sum(), x), 3, 4);
        assertClose(Autodiff.grad(x.square().stopGradient().sum(), x), 0, 0);
        assertClose(x.stopGradient(), 3, 4);
    }

    @Test
    void customGradientReplacesTheRule() {
        // straight through: rounds forward, passes the gradient on
        UnaryOperator<Tensor> round =
                x -> Autodiff.customGradient(xs -> xs.get(0).round(), List.of(x), (y, dy) -> List.of(dy));
        var x = vector(0.4, 1.6);
        assertClose(round.apply(x), 0, 2);
        assertClose(Autodiff.grad(round.apply(x).mul(vector(3, 5)).sum(), x), 3, 5);
        // the rule sees y, and its own derivative follows from what it is written in
        UnaryOperator<Tensor> exp = t -> Autodiff.customGradient(
                ts -> ts.get(0).exp(), List.of(t), (y, dy) -> List.of(dy.mul(y).mul(2)));
        assertClose(Autodiff.grad(t -> exp.apply(t).sum(), x), 2 * Math.exp(0.4), 2 * Math.exp(1.6));
        assertClose(derivative(exp, x, 2), 4 * Math.exp(0.4), 4 * Math.exp(1.6));
    }

    @Test
    void customGradientOfTwoArguments() {
        var a = vector(1, 2);
        var b = vector(3, 4);
        var y = Autodiff.customGradient(
                xs -> xs.get(0).mul(xs.get(1)), List.of(a, b), (v, dy) -> List.of(dy.mul(10), dy.mul(v)));
        var g = Autodiff.grad(y.sum(), List.of(a, b));
        assertClose(g.get(0), 10, 10);
        assertClose(g.get(1), 3, 8);
    }

    @Test
    void checkpointGivesTheSameGradientAndComputesAgain() {
        var w = Tensor.of(new double[] {0.5, -1, 0.25, 2}, 2, 2);
        var x = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
        var calls = new AtomicInteger();
        Function<List<Tensor>, Tensor> block = xs -> {
            calls.incrementAndGet();
            return xs.get(0).matmul(xs.get(1)).tanh().matmul(xs.get(1)).sin();
        };
        var plain = block.apply(List.of(x, w)).square().sum();
        var saved = Autodiff.checkpoint(block, List.of(x, w)).square().sum();
        var want = Autodiff.grad(plain, List.of(x, w));
        var got = Autodiff.grad(saved, List.of(x, w));
        assertThat(calls).hasValue(3);
        int once = products(Soma.explain(want.toArray(Tensor[]::new)));
        int again = products(Soma.explain(got.toArray(Tensor[]::new)));
        assertThat(again)
                .as("both products, which the backward pass needs, are computed a second time")
                .isEqualTo(once + 2);
        assertThat(got.get(0).toDoubleArray()).isEqualTo(want.get(0).toDoubleArray());
        assertThat(got.get(1).toDoubleArray()).isEqualTo(want.get(1).toDoubleArray());
    }

    @Test
    void checkpointsSaveMemory() {
        var w = Tensor.ones(64, 64);
        var plain = Tensor.ones(256, 64);
        var saved = plain;
        Function<List<Tensor>, Tensor> block = xs -> {
            var h = xs.get(0);
            for (int i = 0; i < 6; i++) {
                h = h.matmul(w).tanh();
            }
            return h;
        };
        var x = plain;
        for (int i = 0; i < 6; i++) {
            plain = block.apply(List.of(plain));
            saved = Autodiff.checkpoint(block, List.of(saved));
        }
        int without = arrays(Soma.explain(Autodiff.grad(plain.sum(), x)));
        int with = arrays(Soma.explain(Autodiff.grad(saved.sum(), x)));
        assertThat(without).as("all 36 layers are kept").isGreaterThanOrEqualTo(36);
        assertThat(with).as("6 ends of blocks and the 6 layers of one block").isLessThanOrEqualTo(16);
    }

    private static int arrays(String plan) {
        var m = java.util.regex.Pattern.compile("in (\\d+) arrays").matcher(plan);
        assertThat(m.find()).isTrue();
        return Integer.parseInt(m.group(1));
    }

    private static int products(String plan) {
        return plan.split("matmul ", -1).length - 1;
    }

    @Test
    void checkpointsHaveSecondDerivatives() {
        UnaryOperator<Tensor> f = t -> Autodiff.checkpoint(xs -> xs.get(0).sin().exp(), List.of(t));
        var x = vector(0.3, 1);
        assertThat(derivative(f, x, 2).toDoubleArray())
                .containsExactly(derivative(t -> t.sin().exp(), x, 2).toDoubleArray(), within(1e-12));
    }

    @Test
    void theWorkOfAGradientIsAFewTimesThatOfItsFunction() {
        var x = Tensor.ones(DType.FLOAT64, Shape.of(1));
        var y = x;
        for (int i = 0; i < 40; i++) {
            y = y.add(y.sin()); // each value used twice: a naive sweep would take 2^40 steps
        }
        assertThat(Autodiff.grad(y.sum(), x).item()).isNotNaN();
    }

    @Test
    void gradientsOfMixedDtypesComeBackInTheirOwn() {
        var a = Tensor.of(new float[] {1, 2});
        var b = vector(3, 4);
        var h = Tensor.of(new float[] {5, 6}).to(DType.BFLOAT16);
        Soma.eval(h);
        var g = Autodiff.grad(a.mul(b).mul(h).sum(), List.of(a, b, h));
        assertThat(g.get(0).dtype()).isEqualTo(DType.FLOAT32);
        assertThat(g.get(1).dtype()).isEqualTo(DType.FLOAT64);
        assertThat(g.get(2).dtype()).isEqualTo(DType.BFLOAT16);
        assertClose(g.get(0), 15, 24);
        assertClose(g.get(2), 3, 8);
    }

    @Test
    void refusesWhatHasNoGradient() {
        var x = Tensor.ones(4, 8).mul(1);
        assertThatThrownBy(() -> Autodiff.grad(t -> t.sum(1), x))
                .isInstanceOf(GradientException.class)
                .hasMessage("grad: f returned shape (4); a gradient needs a scalar. Add .mean() or use jacobian(f)");
        assertThatThrownBy(() -> Autodiff.grad(t -> t.sum(), Tensor.arange(3)))
                .isInstanceOf(GradientException.class)
                .hasMessage("grad: with respect to a tensor of int64; only floating dtypes have gradients");
        assertThatThrownBy(() -> Autodiff.grad(x.argmax(), x))
                .isInstanceOf(GradientException.class)
                .hasMessage("grad: of a tensor of int64; only floating dtypes have gradients");
        assertThatThrownBy(() -> Autodiff.vjp(t -> t.sum(1), x, Tensor.ones(5)))
                .isInstanceOf(GradientException.class)
                .hasMessage("vjp: the given dy has shape (5), expected that of y, (4)");
        var loss = x.sum();
        loss.item();
        assertThatThrownBy(() -> Autodiff.grad(loss, x))
                .isInstanceOf(GradientException.class)
                .hasMessage(
                        "grad: the expression was looked at before its gradient was asked for, which let go of how it"
                                + " depends on its inputs. Take the gradient first, or both at once with valueAndGrad");
    }

    @Test
    void refusesWrongVectorsAndWrongRules() {
        var x = vector(1, 2);
        assertThatThrownBy(() -> Autodiff.jvp(t -> t.square(), x, vector(1, 2, 3)))
                .isInstanceOf(GradientException.class)
                .hasMessage("jvp: the vector for x of shape (2) has shape (3); they must be equal");
        assertThatThrownBy(() -> Autodiff.hvp(t -> t.square().sum(), x, vector(1, 2, 3)))
                .isInstanceOf(GradientException.class)
                .hasMessage("hvp: the vector for x of shape (2) has shape (3); they must be equal");
        assertThatThrownBy(() -> Autodiff.hvp(t -> t.square(), x, x))
                .hasMessageStartingWith("grad: f returned shape (2);");
        var few = Autodiff.customGradient(xs -> xs.get(0).mul(xs.get(1)), List.of(x, x.mul(2)), (y, dy) -> List.of(dy));
        assertThatThrownBy(() -> Autodiff.grad(few.sum(), x))
                .isInstanceOf(GradientException.class)
                .hasMessage("customGradient: the rule gave 1 gradient(s) for 2 argument(s)");
        var wrong = Autodiff.customGradient(xs -> xs.get(0).sum(), List.of(x), (y, dy) -> List.of(vector(1, 2, 3)));
        assertThatThrownBy(() -> Autodiff.grad(wrong, x))
                .isInstanceOf(GradientException.class)
                .hasMessage("customGradient: gradient 0 has shape (3), expected that of its argument, (2), or one that"
                        + " broadcasts with it");
    }
}
