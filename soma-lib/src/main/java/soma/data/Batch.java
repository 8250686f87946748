package soma.data;

import soma.Tensor;

/** Some examples: inputs and targets, the first axis counting them. */
public record Batch(Tensor x, Tensor y) {

    /** How many examples. */
    public int size() {
        return x.size(0);
    }
}
