package soma.graph;

import java.util.List;
import soma.Autodiff;
import soma.Tensor;

/** Which step comes next, and the few that change nothing but the graph. */
record RandomSteps(
        RandomDraft draft,
        RandomLanes lanes,
        RandomPairs pairs,
        RandomMoves moves,
        RandomFolds folds,
        RandomProducts products) {

    RandomSteps(RandomDraft draft) {
        this(
                draft,
                new RandomLanes(draft),
                new RandomPairs(draft),
                new RandomMoves(draft),
                new RandomFolds(draft),
                new RandomProducts(draft));
    }

    /** Tries one step from a node; nothing is added where it does not fit. */
    void step() {
        switch (draft.random.nextInt(15)) {
            case 0, 1 -> lanes.unary(draft.any());
            case 2, 3, 4 -> pairs.binary(draft.any());
            case 5 -> lanes.scalar(draft.any());
            case 6 -> lanes.cast(draft.any());
            case 7, 8 -> moves.view(draft.any());
            case 9, 10 -> folds.reduce(draft.any());
            case 11 -> products.product(draft.any());
            case 12 -> moves.join(draft.any());
            case 13 -> pairs.where(draft.any());
            default -> other(draft.any());
        }
    }

    private void other(int i) {
        int rank = draft.node(i).shape().rank();
        int a = rank == 0 ? 0 : draft.random.nextInt(rank);
        switch (draft.random.nextInt(rank == 0 ? 2 : 8)) {
            case 0 -> stopGradient(i);
            case 1 -> again(i);
            case 2 -> moves.pad(i, a);
            case 3 -> folds.cumsum(i, a);
            case 4 -> moves.take(i, a);
            case 5 -> folds.argmax(i, a);
            case 6 -> folds.softmax(i, a);
            default -> checkpoint(i);
        }
    }

    private void stopGradient(int i) {
        if (!draft.smooth()) {
            draft.move("stopGradient", draft.node(i).shape(), i, Tensor::stopGradient, p -> p);
        }
    }

    /** An equal expression made anew. */
    private void again(int i) {
        var x = draft.node(i);
        if (!x.isLeaf()) {
            draft.add(x);
        }
    }

    private void checkpoint(int i) {
        var x = draft.node(i);
        if (x.dtype().isFloating()) {
            draft.move(
                    "checkpoint",
                    x.shape(),
                    i,
                    t -> Autodiff.checkpoint(xs -> xs.get(0).neg().neg(), List.of(t)),
                    p -> p);
        }
    }
}
