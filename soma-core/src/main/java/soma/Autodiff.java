package soma;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import soma.op.KernelOp;
import soma.op.Leaf;
import soma.op.Op;
import soma.op.Pick;
import soma.op.Redirect;
import soma.op.Walk;

/**
 * Derivatives. All of them come from one rule per op, its vector-Jacobian product, written in tensor operations; so a gradient is an
 * ordinary expression and has gradients itself. There is no tape: what is differentiated is the expression, which must therefore not
 * have been evaluated yet ({@link #valueAndGrad} gives value and gradient together).
 * {@snippet :
 * var x = Tensor.of(new double[] {1, 2, 3});
 * var g = Autodiff.grad(t -> t.square().sum(), x);       // 2, 4, 6
 * }
 */
public final class Autodiff {

    private Autodiff() {}

    /** A number and its gradient with respect to the argument. */
    public record ValueAndGrad(Tensor value, Tensor grad) {}

    /** The gradients of the scalar {@code y} with respect to each of {@code xs}: zeros where y does not depend on one. */
    public static List<Tensor> grad(Tensor y, List<Tensor> xs) {
        if (y.numel() != 1) {
            throw new GradientException("grad: f returned shape " + y.shape()
                    + "; a gradient needs a scalar. Add .mean() or use jacobian(f)");
        }
        return vjp(y, xs, y.onesLike());
    }

    /** The gradient of a scalar expression with respect to one tensor in it. */
    public static Tensor grad(Tensor y, Tensor x) {
        return grad(y, List.of(x)).get(0);
    }

    /** The gradient of a function at x. */
    public static Tensor grad(Function<Tensor, Tensor> f, Tensor x) {
        return valueAndGrad(f, x).grad();
    }

    /** The gradient function of a function. */
    public static UnaryOperator<Tensor> grad(Function<Tensor, Tensor> f) {
        return x -> grad(f, x);
    }

    /** Value and gradient of a function at x. */
    public static ValueAndGrad valueAndGrad(Function<Tensor, Tensor> f, Tensor x) {
        var arg = variable(x);
        var y = f.apply(arg);
        return new ValueAndGrad(y, grad(y, arg));
    }

    /** u^T J: what {@code dy}, of y's shape, makes of each of {@code xs}. */
    public static List<Tensor> vjp(Tensor y, List<Tensor> xs, Tensor dy) {
        for (var x : xs) {
            if (!x.dtype().isFloating()) {
                throw new GradientException(
                        "grad: with respect to a tensor of " + x.dtype() + "; only floating dtypes have gradients");
            }
        }
        if (!y.dtype().isFloating()) {
            throw new GradientException("grad: of a tensor of " + y.dtype() + "; only floating dtypes have gradients");
        }
        if (!dy.shape().broadcastsTo(y.shape())) {
            throw new GradientException(
                    "vjp: the given dy has shape " + dy.shape() + ", expected that of y, " + y.shape());
        }
        if (y.isEvaluated() && xs.stream().noneMatch(x -> x == y)) {
            throw new GradientException(
                    "grad: the expression was looked at before its gradient was asked for, which let go of how it"
                            + " depends on its inputs. Take the gradient first, or both at once with valueAndGrad");
        }
        return new Reverse(y, xs).run(dy);
    }

    /** y = f(x) and the function u -> u^T J. */
    public static Tensor vjp(Function<Tensor, Tensor> f, Tensor x, Tensor u) {
        var arg = variable(x);
        return vjp(f.apply(arg), List.of(arg), u).get(0);
    }

    /** J v: how y moves when {@code xs} move along {@code vs}. The vjp is linear in its u, so J v is its own vjp at v. */
    public static Tensor jvp(Tensor y, List<Tensor> xs, List<Tensor> vs) {
        if (xs.size() != vs.size()) {
            throw new GradientException(
                    "jvp: " + xs.size() + " tensors and " + vs.size() + " vectors; each x needs its own");
        }
        for (int i = 0; i < xs.size(); i++) {
            checkVector("jvp", xs.get(i), vs.get(i));
        }
        var u = variable(y.zerosLike());
        var back = vjp(y, xs, u);
        var total = Tensor.zeros(u.dtype(), Shape.SCALAR);
        for (int i = 0; i < xs.size(); i++) {
            total = total.add(back.get(i).mul(vs.get(i)).sum());
        }
        return grad(total, u);
    }

    private static void checkVector(String asker, Tensor x, Tensor v) {
        if (!v.shape().equals(x.shape())) {
            throw new GradientException(asker + ": the vector for x of shape " + x.shape() + " has shape " + v.shape()
                    + "; they must be equal");
        }
    }

    /** J v of a function at x. */
    public static Tensor jvp(Function<Tensor, Tensor> f, Tensor x, Tensor v) {
        var arg = variable(x);
        return jvp(f.apply(arg), List.of(arg), List.of(v));
    }

    /** The matrix of all first derivatives: y's shape followed by x's. */
    public static Tensor jacobian(Function<Tensor, Tensor> f, Tensor x) {
        var arg = variable(x);
        var y = f.apply(arg);
        int n = y.numel();
        var flat = y.flatten();
        var rows = new Tensor[n];
        for (int i = 0; i < n; i++) {
            rows[i] = grad(flat.select(0, i), arg).flatten();
        }
        var shape = y.shape();
        for (int i = 0; i < x.rank(); i++) {
            shape = shape.insert(shape.rank(), x.size(i));
        }
        return n == 0 ? Tensor.zeros(x.dtype(), shape) : Tensor.stack(0, rows).reshape(shape);
    }

    /** The matrix of all second derivatives of a scalar function: x's shape twice. */
    public static Tensor hessian(Function<Tensor, Tensor> f, Tensor x) {
        return jacobian(grad(f), x);
    }

    /** Hessian times vector, without the Hessian. */
    public static Tensor hvp(Function<Tensor, Tensor> f, Tensor x, Tensor v) {
        checkVector("hvp", x, v);
        var arg = variable(x);
        return grad(grad(f.apply(arg), arg).mul(v).sum(), arg);
    }

    /**
     * {@code f(xs)} with a gradient rule of the user's own: {@code rule} gets y and dy and gives one gradient for each of
     * {@code xs}.
     */
    public static Tensor customGradient(
            Function<List<Tensor>, Tensor> f, List<Tensor> xs, BiFunction<Tensor, Tensor, List<Tensor>> rule) {
        return Tensor.of(new Redirect.CustomGradient(f.apply(xs), List.copyOf(xs), rule));
    }

    /**
     * {@code f(xs)} that keeps nothing inside f for the backward pass but computes it again there: less memory for more time. Chen
     * et al. 2016, arXiv 1604.06174.
     */
    public static Tensor checkpoint(Function<List<Tensor>, Tensor> f, List<Tensor> xs) {
        return customGradient(f, xs, (y, dy) -> {
            var again =
                    xs.stream().map(x -> Tensor.of(new Redirect.Barrier(x, dy))).toList();
            return vjp(f.apply(again), again, dy);
        });
    }

    /** The same value as a node of its own, so that an argument used twice or already evaluated can be told apart. */
    private static Tensor variable(Tensor x) {
        return Tensor.of(new Redirect.Barrier(x, x));
    }

    /** One reverse sweep. */
    private static final class Reverse {
        private final Walk walk;
        private final List<Tensor> xs;
        private final @Nullable Tensor[] grads;
        private final boolean[] needed;
        private final @Nullable Tensor[] @Nullable [] tuples;

        Reverse(Tensor y, List<Tensor> xs) {
            this.walk = Walk.from(List.of(y));
            this.xs = xs;
            this.grads = new Tensor[walk.size()];
            this.needed = new boolean[walk.size()];
            this.tuples = new Tensor[walk.size()][];
            for (var x : xs) {
                int i = walk.indexOf(x);
                if (i >= 0) {
                    needed[i] = true;
                }
            }
            for (int i = 0; i < needed.length; i++) {
                var op = walk.op(i);
                for (int k = 0; !needed[i] && k < walk.inputs(i); k++) {
                    needed[i] = passes(op, k) && needed[walk.input(i, k)];
                }
            }
        }

        /** Whether a gradient goes on from an op to its input k. */
        private static boolean passes(Op op, int k) {
            return switch (op) {
                case Redirect.StopGradient _ -> false;
                case Redirect.CustomGradient _ -> k > 0;
                case Redirect.Barrier _ -> k == 0;
                default -> true;
            };
        }

        List<Tensor> run(Tensor dy) {
            int last = walk.size() - 1;
            grads[last] = dy;
            for (int i = last; i >= 0; i--) {
                if (needed[i] && !(walk.op(i) instanceof Leaf)) {
                    step(i);
                }
            }
            var out = new ArrayList<Tensor>(xs.size());
            for (var x : xs) {
                int i = walk.indexOf(x);
                var g = i < 0 ? null : grads[i];
                out.add(g == null ? x.zerosLike() : g.expand(x.shape()));
            }
            return Collections.unmodifiableList(out);
        }

        private void step(int i) {
            var op = walk.op(i);
            var node = walk.node(i);
            var parts = tuples[i];
            var dy = grads[i];
            if (op instanceof Pick pick) {
                if (dy != null) {
                    toTuple(pick, dy);
                }
            } else if (parts != null) {
                var kernel = (KernelOp) op;
                var ys = new ArrayList<Tensor>();
                var dys = new ArrayList<Tensor>();
                for (int j = 0; j < parts.length; j++) {
                    var output = kernel.outputs().get(j);
                    var given = parts[j];
                    ys.add(node.pick(j));
                    dys.add(
                            given == null
                                    ? Tensor.zeros(output.dtype(), output.shape())
                                    : given.expand(output.shape()));
                }
                spread(i, kernel.vjp(ys, dys));
            } else if (dy != null) {
                spread(i, op.vjp(node, dy));
            }
        }

        private void toTuple(Pick pick, Tensor dy) {
            int t = walk.indexOf(pick.tuple());
            var parts = tuples[t];
            if (parts == null) {
                parts = new Tensor[((KernelOp) walk.op(t)).outputs().size()];
                tuples[t] = parts;
            }
            var before = parts[pick.index()];
            parts[pick.index()] = before == null ? dy : before.add(dy);
        }

        private void spread(int i, List<Tensor> gradients) {
            for (int k = 0; k < walk.inputs(i); k++) {
                int j = walk.input(i, k);
                var input = walk.node(j);
                if (needed[j] && passes(walk.op(i), k) && input.dtype().isFloating()) {
                    var g = sumTo(gradients.get(k), input.shape());
                    var before = grads[j];
                    grads[j] = before == null ? g : before.add(g);
                }
            }
        }

        /** Undoes broadcasting: a gradient of a larger shape is summed back to {@code shape}. */
        private static Tensor sumTo(Tensor g, Shape shape) {
            if (g.shape().equals(shape) || g.shape().broadcastsTo(shape)) {
                return g;
            }
            int skip = g.rank() - shape.rank();
            var axes = new ArrayList<Integer>();
            for (int i = 0; i < g.rank(); i++) {
                if (i < skip || shape.dim(i - skip) == 1 && g.size(i) != 1) {
                    axes.add(i);
                }
            }
            int[] array = axes.stream().mapToInt(Integer::intValue).toArray();
            return array.length == 0
                    ? g.expand(shape)
                    : g.sum(array).reshape(summed(g.shape(), array, skip)).expand(shape);
        }

        private static Shape summed(Shape g, int[] axes, int skip) {
            var s = g;
            for (int a : axes) {
                s = s.with(a, 1);
            }
            return Shape.of(Arrays.copyOfRange(s.toArray(), skip, s.rank()));
        }
    }
}
