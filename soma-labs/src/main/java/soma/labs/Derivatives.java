package soma.labs;

import soma.Autodiff;
import soma.DType;
import soma.Tensor;
import soma.plot.Curves;

/**
 * Gradient, Jacobian and Hessian by automatic differentiation against closed forms: the exercise f(x) = 2 x1 x2 - x3 ln x1 - 1 / x3, the
 * identity, and H = Jac[grad f].
 */
final class Derivatives implements Lab {

    @Override
    public String id() {
        return "derivatives";
    }

    @Override
    public String group() {
        return "foundations";
    }

    @Override
    public String about() {
        return "gradient, Jacobian and Hessian against closed forms";
    }

    private static Tensor f(Tensor x) {
        var x1 = x.select(0, 0);
        var x2 = x.select(0, 1);
        var x3 = x.select(0, 2);
        return x1.mul(x2).mul(2).sub(x3.mul(x1.log())).sub(x3.reciprocal());
    }

    @Override
    public void run(LabRun run) {
        double worst = 0;
        double[][] places = {{1, 2, 3}, {0.5, -1, 2}, {3, 0.1, -0.7}, {2.5, 4, 0.25}};
        for (double[] p : places) {
            double a = p[0];
            double b = p[1];
            double c = p[2];
            var x = Tensor.of(p);
            double[] gradient = {2 * b - c / a, 2 * a, -Math.log(a) + 1 / (c * c)};
            double[] hessian = {c / (a * a), 2, -1 / a, 2, 0, 0, -1 / a, 0, -2 / (c * c * c)};
            worst = Math.max(worst, distance(Autodiff.grad(Derivatives::f, x), gradient));
            worst = Math.max(worst, distance(Autodiff.hessian(Derivatives::f, x), hessian));
            worst = Math.max(worst, distance(Autodiff.jacobian(Autodiff.grad(Derivatives::f), x), hessian));
            worst = Math.max(worst, distance(Autodiff.jacobian(t -> t, x), new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}));
            var v = Tensor.of(new double[] {1, -2, 0.5});
            var hv = Autodiff.hvp(Derivatives::f, x, v);
            worst = Math.max(worst, distance(hv, times(hessian, v.toDoubleArray())));
            double slope = gradient[0] - 2 * gradient[1] + 0.5 * gradient[2];
            worst = Math.max(worst, Math.abs(Autodiff.jvp(Derivatives::f, x, v).item() - slope));
        }
        run.atMost("largest_error", worst, 1e-10);
        run.figure("derivatives", tower());
    }

    private static double[] times(double[] matrix, double[] v) {
        var out = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            for (int j = 0; j < v.length; j++) {
                out[i] += matrix[i * v.length + j] * v[j];
            }
        }
        return out;
    }

    private static double distance(Tensor got, double[] expected) {
        double[] g = got.toDoubleArray();
        double worst = g.length == expected.length ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < g.length; i++) {
            worst = Math.max(worst, Math.abs(g[i] - expected[i]));
        }
        return worst;
    }

    /** tanh and its first three derivatives, each the gradient of the one before. */
    private static Curves tower() {
        var x = Tensor.linspace(-4, 4, 401).to(DType.FLOAT64);
        double[] at = x.toDoubleArray();
        var figure = new Curves("tanh and its derivatives, each the gradient of the one before", "x", "");
        java.util.function.UnaryOperator<Tensor> f = Tensor::tanh;
        String[] names = {"tanh", "first", "second", "third"};
        for (var name : names) {
            figure = figure.line(name, at, f.apply(x).toDoubleArray());
            var before = f;
            f = t -> Autodiff.grad(u -> before.apply(u).sum(), t);
        }
        return figure;
    }
}
