package soma.nn;

import soma.ShapeException;

/**
 * How a recurrent layer stacks its cells: so many layers, each reading what the one below gives, forwards or both ways;
 * whether sequences are (N, T, C) instead of (T, N, C); and the probability of the dropout between layers.
 */
public record RecurrentOptions(int layers, boolean bidirectional, boolean batchFirst, double dropout) {
    /** One layer, forwards, time first, no dropout: PyTorch's defaults. */
    static final RecurrentOptions DEFAULT = new RecurrentOptions(1, false, false, 0);

    public RecurrentOptions {
        if (layers < 1) {
            throw new ShapeException("recurrent layer: " + layers + " layers, expected at least 1");
        }
        if (!(dropout >= 0 && dropout <= 1)) {
            throw new IllegalArgumentException(
                    "recurrent layer: dropout " + dropout + ", expected a probability from 0 to 1");
        }
    }

    /** 2 if sequences are read both ways, else 1. */
    public int directions() {
        return bidirectional ? 2 : 1;
    }

    RecurrentOptions withLayers(int n) {
        return new RecurrentOptions(n, bidirectional, batchFirst, dropout);
    }

    RecurrentOptions bothWays() {
        return new RecurrentOptions(layers, true, batchFirst, dropout);
    }

    RecurrentOptions withBatchFirst() {
        return new RecurrentOptions(layers, bidirectional, true, dropout);
    }

    RecurrentOptions withDropout(double p) {
        return new RecurrentOptions(layers, bidirectional, batchFirst, p);
    }

    /** What differs from the defaults, for a layer's text. */
    String text() {
        return (layers == 1 ? "" : ", layers " + layers)
                + (bidirectional ? ", bidirectional" : "")
                + (batchFirst ? ", batch first" : "")
                + (dropout == 0 ? "" : ", dropout " + dropout);
    }
}
