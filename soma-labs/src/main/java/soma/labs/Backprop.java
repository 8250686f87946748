package soma.labs;

import java.util.List;
import soma.Autodiff;
import soma.Tensor;
import soma.plot.Circuit;
import soma.plot.Panels;

/**
 * Backpropagation by hand and by machine: the circuit f = (x + y) z at (-2, 5, -4), the sigmoid neuron, the delta rule, and a layer in
 * matrix form; every forward value and gradient is compared with the derivation on paper.
 */
final class Backprop implements Lab {

    @Override
    public String id() {
        return "backprop";
    }

    @Override
    public String group() {
        return "foundations";
    }

    @Override
    public String about() {
        return "the worked circuits of backpropagation, value by value";
    }

    private double worst;

    @Override
    public void run(LabRun run) {
        worst = 0;
        run.figure("circuits", new Panels(List.of(product(), neuron()), 1));
        deltaRule();
        matrixForm(run);
        run.atMost("largest_error", worst, 1e-12);
    }

    private static Tensor number(double v) {
        return Tensor.of(new double[] {v}).reshape();
    }

    private void check(Tensor got, double expected) {
        worst = Math.max(worst, Math.abs(got.item() - expected));
    }

    /** q = x + y, f = q z: df/dx = df/dy = z, df/dz = q, df/dq = z. */
    private Circuit product() {
        var x = number(-2);
        var y = number(5);
        var z = number(-4);
        var q = x.add(y);
        var f = q.mul(z);
        var g = Autodiff.grad(f, List.of(x, y, z, q));
        double[] expected = {-4, -4, 3, -4};
        for (int i = 0; i < expected.length; i++) {
            check(g.get(i), expected[i]);
        }
        check(q, 3);
        check(f, -12);
        return new Circuit("f = (x + y) z: values above in green, df/d. below in red")
                .gate("x", 0, 0, x.item(), g.get(0).item())
                .gate("y", 0, 1, y.item(), g.get(1).item())
                .gate("z", 0, 2, z.item(), g.get(2).item())
                .gate("+", 1, 0.5, q.item(), g.get(3).item(), 0, 1)
                .gate("*", 2, 1.2, f.item(), 1, 3, 2);
    }

    /** f = 1 / (1 + exp(-(w0 x0 + w1 x1 + w2))) at w = (2, -3, -3), x = (-1, -2), gate by gate. */
    private Circuit neuron() {
        var w0 = number(2);
        var x0 = number(-1);
        var w1 = number(-3);
        var x1 = number(-2);
        var w2 = number(-3);
        var a = w0.mul(x0);
        var b = w1.mul(x1);
        var sum = a.add(b);
        var s = sum.add(w2);
        var negated = s.mul(-1);
        var exp = negated.exp();
        var plus = exp.add(1);
        var f = plus.reciprocal();
        var all = List.of(w0, x0, w1, x1, w2, a, b, sum, s, negated, exp, plus);
        var g = Autodiff.grad(f, all);
        double y = 1 / (1 + Math.exp(-1.0));
        double slope = y * (1 - y);
        check(f, y);
        check(f.sub(s.sigmoid()), 0);
        double[] expected = {
            -slope, 2 * slope, -2 * slope, -3 * slope, slope, slope, slope, slope, slope, -slope, -y * y, -y * y
        };
        for (int i = 0; i < expected.length; i++) {
            check(g.get(i), expected[i]);
        }
        return new Circuit("f = sigmoid(w0 x0 + w1 x1 + w2), gate by gate")
                .gate("w0", 0, 0, w0.item(), g.get(0).item())
                .gate("x0", 0, 1, x0.item(), g.get(1).item())
                .gate("w1", 0, 2, w1.item(), g.get(2).item())
                .gate("x1", 0, 3, x1.item(), g.get(3).item())
                .gate("w2", 0, 4, w2.item(), g.get(4).item())
                .gate("*", 1, 0.5, a.item(), g.get(5).item(), 0, 1)
                .gate("*", 1, 2.5, b.item(), g.get(6).item(), 2, 3)
                .gate("+", 2, 1.5, sum.item(), g.get(7).item(), 5, 6)
                .gate("+", 3, 2.3, s.item(), g.get(8).item(), 7, 4)
                .gate("* -1", 4, 2.3, negated.item(), g.get(9).item(), 8)
                .gate("exp", 5, 2.3, exp.item(), g.get(10).item(), 9)
                .gate("+ 1", 6, 2.3, plus.item(), g.get(11).item(), 10)
                .gate("1/x", 7, 2.3, f.item(), 1, 11);
    }

    /** For a sigmoid neuron with E = (t - y)^2 / 2 the delta rule says dE/dw = -(t - y) y (1 - y) x. */
    private void deltaRule() {
        double[] x = {0.5, -1.25, 2};
        double[] w = {0.1, 0.4, -0.3};
        double t = 1;
        var weights = Tensor.of(w);
        var y = weights.mul(Tensor.of(x)).sum().sigmoid();
        var g = Autodiff.grad(y.neg().add(t).square().mul(0.5), weights).toDoubleArray();
        double out = 1 / (1 + Math.exp(-(0.05 - 0.5 - 0.6)));
        for (int i = 0; i < x.length; i++) {
            worst = Math.max(worst, Math.abs(g[i] + (t - out) * out * (1 - out) * x[i]));
        }
    }

    /** For Y = X W with L = |Y|^2 / 2: dL/dW = X^T Y and dL/dX = Y W^T, multiplied out in plain loops. */
    private void matrixForm(LabRun run) {
        int n = 4;
        int d = 3;
        int m = 2;
        var x = run.rng("x").normal(soma.DType.FLOAT64, soma.Shape.of(n, d));
        var w = run.rng("w").normal(soma.DType.FLOAT64, soma.Shape.of(d, m));
        var g = Autodiff.grad(x.matmul(w).square().sum().mul(0.5), List.of(x, w));
        double[] a = x.toDoubleArray();
        double[] b = w.toDoubleArray();
        double[] dx = g.get(0).toDoubleArray();
        double[] dw = g.get(1).toDoubleArray();
        var y = new double[n * m];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                for (int k = 0; k < d; k++) {
                    y[i * m + j] += a[i * d + k] * b[k * m + j];
                }
            }
        }
        for (int k = 0; k < d; k++) {
            for (int j = 0; j < m; j++) {
                double s = 0;
                for (int i = 0; i < n; i++) {
                    s += a[i * d + k] * y[i * m + j];
                }
                worst = Math.max(worst, Math.abs(s - dw[k * m + j]));
            }
            for (int i = 0; i < n; i++) {
                double s = 0;
                for (int j = 0; j < m; j++) {
                    s += y[i * m + j] * b[k * m + j];
                }
                worst = Math.max(worst, Math.abs(s - dx[i * d + k]));
            }
        }
    }
}
