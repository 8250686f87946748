package soma.optim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Soma;
import soma.Tensor;

/**
 * Limited-memory BFGS, for smooth losses over all data at once: a step looks at loss and gradient many times, so it is
 * given the loss itself. Liu, Nocedal 1989; defaults and stopping rules are PyTorch's, but for the line search, which
 * is on. Vectors are kept in double.
 * {@snippet :
 * var run = new Lbfgs().on(model.trained(), () -> Loss.mse(model.forward(x), y));
 * for (int i = 0; i < 10; i++) {
 *     IO.println(run.step());            // the loss before the step
 * }
 * }
 *
 * @param lr the length of the first step tried in each iteration
 * @param iterations the most iterations a step makes
 * @param history how many earlier iterations form the curvature
 * @param toleranceGrad ends when no element of the gradient is larger
 * @param toleranceChange ends when neither loss nor any parameter moves further
 * @param strongWolfe whether to search along the direction for the strong Wolfe conditions
 */
public record Lbfgs(
        double lr, int iterations, int history, double toleranceGrad, double toleranceChange, boolean strongWolfe) {

    public Lbfgs() {
        this(1, 20, 100, 1e-7, 1e-9, true);
    }

    /**
     * Starts on these parameters and this loss, which is built once and looked at anew with each trial of the
     * parameters.
     */
    public Run on(List<Param> params, Supplier<Tensor> loss) {
        return new Run(this, new Parameters(params, loss));
    }

    /** A function of a vector, with its gradient. */
    @FunctionalInterface
    interface Objective {
        Point at(double[] x);
    }

    /** Where the function was looked at, and what was seen. */
    record Point(double[] x, double value, double[] gradient) {}

    /** A minimisation under way. */
    public static final class Run {
        private record Pair(double[] move, double[] change, double inverse) {}

        private final Lbfgs options;
        private final Parameters parameters;
        private final ArrayDeque<Pair> pairs = new ArrayDeque<>();
        private double curvature = 1;
        private double @Nullable [] direction;
        private double[] gradientBefore = {};
        private double length;

        private Run(Lbfgs options, Parameters parameters) {
            this.options = options;
            this.parameters = parameters;
        }

        /** Up to {@link Lbfgs#iterations} iterations; the loss before them. */
        public double step() {
            var p = parameters.at(parameters.read());
            double first = p.value();
            int looks = 1;
            int mostLooks = options.iterations * 5 / 4;
            boolean flat = largest(p.gradient()) <= options.toleranceGrad;
            for (int i = 1; i <= options.iterations && !flat; i++) {
                boolean start = direction == null;
                var d = newDirection(p.gradient());
                direction = d;
                gradientBefore = p.gradient();
                double before = p.value();
                length = start ? Math.min(1, 1 / sumOfSizes(p.gradient())) * options.lr : options.lr;
                double slope = dot(p.gradient(), d);
                if (slope > -options.toleranceChange) {
                    break;
                }
                if (options.strongWolfe) {
                    var found = new StrongWolfe(parameters, p, d, slope).search(length);
                    length = found.length();
                    p = found.point();
                    looks += found.looks();
                } else {
                    var x = StrongWolfe.along(p.x(), length, d);
                    if (i == options.iterations) {
                        parameters.write(x);
                        return first;
                    }
                    p = parameters.at(x);
                    looks++;
                }
                flat = largest(p.gradient()) <= options.toleranceGrad;
                if (looks >= mostLooks
                        || largest(d) * Math.abs(length) <= options.toleranceChange
                        || Math.abs(p.value() - before) < options.toleranceChange) {
                    break;
                }
            }
            parameters.write(p.x());
            return first;
        }

        /** Minus the inverse Hessian, as the pairs tell it, times the gradient: the two-loop recursion. */
        private double[] newDirection(double[] gradient) {
            if (direction != null) {
                remember(gradient, direction);
            }
            var q = new double[gradient.length];
            add(q, gradient, -1);
            var shares = new ArrayDeque<Double>();
            for (var it = pairs.descendingIterator(); it.hasNext(); ) {
                var pair = it.next();
                double share = dot(pair.move, q) * pair.inverse;
                shares.push(share);
                add(q, pair.change, -share);
            }
            for (int i = 0; i < q.length; i++) {
                q[i] *= curvature;
            }
            for (var pair : pairs) {
                add(q, pair.move, shares.pop() - dot(pair.change, q) * pair.inverse);
            }
            return q;
        }

        private void remember(double[] gradient, double[] d) {
            var change = gradient.clone();
            add(change, gradientBefore, -1);
            var move = new double[d.length];
            add(move, d, length);
            double product = dot(change, move);
            if (product > 1e-10) {
                if (pairs.size() == options.history) {
                    pairs.removeFirst();
                }
                pairs.addLast(new Pair(move, change, 1 / product));
                curvature = product / dot(change, change);
            }
        }
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void add(double[] a, double[] b, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] += factor * b[i];
        }
    }

    static double largest(double[] a) {
        double most = 0;
        for (double v : a) {
            most = Math.max(most, Math.abs(v));
        }
        return most;
    }

    private static double sumOfSizes(double[] a) {
        double sum = 0;
        for (double v : a) {
            sum += Math.abs(v);
        }
        return sum;
    }

    /** Parameters as one vector, and the loss as a function of it. */
    private static final class Parameters implements Objective {
        private final List<Param> params;
        private final Soma.Compiled compiled;

        Parameters(List<Param> params, Supplier<Tensor> loss) {
            this.params = List.copyOf(params);
            this.compiled = Soma.compile(none -> {
                var value = loss.get();
                var out = new ArrayList<Tensor>(List.of(value.to(DType.FLOAT64)));
                for (var g : Autodiff.grad(
                        value, this.params.stream().map(Param::value).toList())) {
                    out.add(g.to(DType.FLOAT64).flatten());
                }
                return out;
            });
        }

        double[] read() {
            return joined(params.stream()
                    .map(p -> Tensor.wrap(p.array(), p.dtype(), p.shape()).toDoubleArray())
                    .toList());
        }

        void write(double[] x) {
            int at = 0;
            for (var p : params) {
                int n = p.shape().size();
                var part = Arrays.copyOfRange(x, at, at + n);
                p.set(Tensor.wrap(part, DType.FLOAT64, p.shape()).to(p.dtype()));
                at += n;
            }
        }

        @Override
        public Point at(double[] x) {
            write(x);
            var out = compiled.apply();
            return new Point(
                    x,
                    out.getFirst().item(),
                    joined(out.subList(1, out.size()).stream()
                            .map(Tensor::toDoubleArray)
                            .toList()));
        }

        private static double[] joined(List<double[]> parts) {
            return parts.stream().flatMapToDouble(Arrays::stream).toArray();
        }
    }
}
