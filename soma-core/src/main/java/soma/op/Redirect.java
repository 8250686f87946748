package soma.op;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import soma.DType;
import soma.GradientException;
import soma.Shape;
import soma.Tensor;

/** The value of its first input, with the gradient led elsewhere. Costs nothing when a plan runs. */
public sealed interface Redirect extends Op {

    /** Whose value this is. */
    Tensor value();

    @Override
    default Shape shape() {
        return value().shape();
    }

    @Override
    default DType dtype() {
        return value().dtype();
    }

    /** y = value; no gradient passes. */
    record StopGradient(Tensor value) implements Redirect {
        @Override
        public List<Tensor> inputs() {
            return List.of(value);
        }

        @Override
        public List<Tensor> vjp(Tensor y, Tensor dy) {
            return List.of(dy.zerosLike());
        }
    }

    /** y = value; the gradient goes to {@code arguments} by the user's own rule {@code (y, dy) -> gradients}, none to value. */
    record CustomGradient(Tensor value, List<Tensor> arguments, BiFunction<Tensor, Tensor, List<Tensor>> rule)
            implements Redirect {
        @Override
        public List<Tensor> inputs() {
            var all = new ArrayList<Tensor>(arguments.size() + 1);
            all.add(value);
            all.addAll(arguments);
            return all;
        }

        @Override
        public List<Tensor> vjp(Tensor y, Tensor dy) {
            var given = rule.apply(y, dy);
            if (given.size() != arguments.size()) {
                throw new GradientException("customGradient: the rule gave " + given.size() + " gradient(s) for "
                        + arguments.size() + " argument(s)");
            }
            var all = new ArrayList<Tensor>(arguments.size() + 1);
            all.add(value.zerosLike());
            for (int i = 0; i < given.size(); i++) {
                var g = given.get(i).shape();
                var x = arguments.get(i).shape();
                if (!g.broadcastsTo(x) && !x.broadcastsTo(g)) {
                    throw new GradientException("customGradient: gradient " + i + " has shape " + g
                            + ", expected that of its argument, " + x + ", or one that broadcasts with it");
                }
                all.add(given.get(i));
            }
            return all;
        }
    }

    /**
     * y = value, but never merged with an equal expression and not computed before {@code after}: what makes recomputing in the
     * backward pass a real recomputation (Chen et al. 2016, arXiv 1604.06174).
     */
    record Barrier(Tensor value, Tensor after) implements Redirect {
        @Override
        public List<Tensor> inputs() {
            return value == after ? List.of(value) : List.of(value, after);
        }

        @Override
        public List<Tensor> vjp(Tensor y, Tensor dy) {
            return value == after ? List.of(dy) : List.of(dy, after.zerosLike());
        }
    }
}
