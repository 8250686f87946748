package soma.optim;

import soma.Tensor;

/**
 * How a parameter moves along its gradient: a record whose {@link #step} is the formula. It holds no numbers of its
 * own; what it remembers of a parameter is a {@code S}: a tensor, or a record, list or optional of these. An {@link
 * Updater} keeps it.
 * {@snippet :
 * record SignDescent(Schedule lr) implements Optimizer<List<Tensor>> {
 *     public List<Tensor> init(Tensor w) {
 *         return List.of();
 *     }
 *
 *     public Update<List<Tensor>> step(Iteration t, Tensor w, Tensor g, List<Tensor> s) {
 *         return new Update<>(w.sub(g.sign().mul(t.lr(lr))), s);
 *     }
 * }
 * }
 */
public interface Optimizer<S> {

    /** The learning rate of each step. */
    Schedule lr();

    /** What is remembered of parameter {@code w} before the first step. */
    S init(Tensor w);

    /** Step {@code t} for parameter {@code w} with gradient {@code g}. */
    Update<S> step(Iteration t, Tensor w, Tensor g, S state);
}
