package soma.train;

import java.util.function.BinaryOperator;
import soma.DType;
import soma.Tensor;

/**
 * A number to watch: {@code mean} takes a batch's predictions and targets and gives the mean over its examples.
 * {@snippet :
 * new Metric("mae", false, (p, y) -> p.sub(y).abs().mean());
 * }
 */
public record Metric(String name, boolean higherIsBetter, BinaryOperator<Tensor> mean) {

    /** The share of rows whose largest score is at the target class. */
    public static Metric accuracy() {
        return new Metric(
                "accuracy",
                true,
                (p, y) -> p.argmax(1).eq(y.to(DType.INT64)).to(DType.FLOAT32).mean());
    }

    /** The share of rows whose target class is among the {@code k} largest scores. */
    public static Metric topK(int k) {
        return new Metric("top" + k, true, (p, y) -> {
            var own = p.gather(1, y.to(DType.INT64).unsqueeze(1));
            return p.gt(own).to(DType.INT64).sum(1).lt(k).to(DType.FLOAT32).mean();
        });
    }

    /** The share of logits on the target's side of 0. */
    public static Metric binaryAccuracy() {
        return new Metric(
                "accuracy",
                true,
                (p, y) -> p.gt(0).eq(y.gt(0.5)).to(DType.FLOAT32).mean());
    }
}
