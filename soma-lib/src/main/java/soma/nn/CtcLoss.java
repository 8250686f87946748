package soma.nn;

import java.util.Arrays;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * Connectionist temporal classification: -ln of the probability that a sequence of T frames spells a label sequence,
 * summed over all alignments; repeated symbols count once unless a blank stands between them. Graves et al. 2006, ICML,
 * equation 6, forward recursion in logarithms.
 * <p>Log-probabilities: (T, N, C), such as logSoftmax gives; targets: integers (N, S), or all labels one after the
 * other. The mean divides each loss by its target's length first, as in PyTorch. A target that does not fit into its
 * frames has loss infinity, or 0 with {@link #zeroInfinity()}.
 * {@snippet :
 * new CtcLoss().of(logits.logSoftmax(-1), targets, frames, lengths);
 * }
 */
public record CtcLoss(int blank, Loss.Reduction reduction, boolean isZeroInfinity) {
    /** The logarithm of nothing: far below any sum of logarithms, and without infinity's NaN in gradients. */
    private static final double NOTHING = -1e30;

    public CtcLoss() {
        this(0, Loss.Reduction.MEAN, false);
    }

    /** The class that stands for no symbol, 0 at first. */
    public CtcLoss blank(int index) {
        return new CtcLoss(index, reduction, isZeroInfinity);
    }

    /** What becomes of the single losses. */
    public CtcLoss reduction(Loss.Reduction r) {
        return new CtcLoss(blank, r, isZeroInfinity);
    }

    /** Targets that do not fit count for nothing, and have no gradient. */
    public CtcLoss zeroInfinity() {
        return new CtcLoss(blank, reduction, true);
    }

    /** The loss, with how many frames and labels of each example count. */
    public Tensor of(Tensor logProbabilities, Tensor targets, int[] frames, int[] labels) {
        check(logProbabilities, targets, frames, labels);
        int n = logProbabilities.size(1);
        int most = Arrays.stream(labels).max().orElse(0);
        var symbols = spread(targets, labels, most); // (N, L), L = 2 most + 1
        int width = symbols.size(1);
        var all = logProbabilities.gather(
                2, symbols.unsqueeze(0).expand(logProbabilities.size(0), n, width)); // (T, N, L)
        var none = Tensor.full(DType.INT64, Shape.of(n, 2), blank);
        var before = Tensor.cat(1, none, symbols).slice(1, 0, width); // two places to the left
        // A symbol may follow the one before its blank, unless that is the same one.
        var place = Tensor.arange(width);
        var skips = symbols.ne(blank).logicalAnd(symbols.ne(before));
        var alpha = Tensor.where(place.le(1), all.select(0, 0), NOTHING);
        var last = longs(frames).unsqueeze(1); // (N, 1)
        for (int t = 1; t < logProbabilities.size(0); t++) {
            var jumped = Tensor.where(skips, shifted(alpha, 2), NOTHING);
            var ways = Tensor.stack(0, alpha, shifted(alpha, 1), jumped).logsumexp(0); // (N, L)
            alpha = Tensor.where(last.gt(t), ways.add(all.select(0, t)), alpha);
        }
        var end = longs(labels).mul(2).unsqueeze(1); // the place of the last blank
        var ends = place.eq(end).logicalOr(place.eq(end.sub(1))); // (N, L)
        var losses = Tensor.where(ends, alpha, NOTHING).logsumexp(1).neg();
        losses = Tensor.where(losses.gt(-NOTHING / 10), isZeroInfinity ? 0 : Double.POSITIVE_INFINITY, losses);
        return reduction.of(
                reduction == Loss.Reduction.MEAN
                        ? losses.div(longs(labels).maximum(1).to(losses.dtype()))
                        : losses);
    }

    /** The labels with blanks between them and around: (N, 2 most + 1). */
    private Tensor spread(Tensor targets, int[] labels, int most) {
        var rows = new Tensor[labels.length];
        var ids = targets.to(DType.INT64);
        int at = 0;
        for (int i = 0; i < labels.length; i++) {
            var own = ids.rank() == 2 ? ids.select(0, i).narrow(0, 0, labels[i]) : ids.narrow(0, at, labels[i]);
            at += labels[i];
            rows[i] = Tensor.cat(0, own, Tensor.full(DType.INT64, Shape.of(most - labels[i]), blank));
        }
        var filled = Tensor.stack(0, rows); // (N, most)
        var blanks = Tensor.full(DType.INT64, filled.shape(), blank);
        var first = Tensor.full(DType.INT64, Shape.of(labels.length, 1), blank);
        return Tensor.cat(1, first, Tensor.stack(2, filled, blanks).flatten(1));
    }

    /** Moved {@code by} places to the right; nothing comes in. */
    private static Tensor shifted(Tensor alpha, int by) {
        int width = alpha.size(1);
        var nothing = Tensor.full(alpha.dtype(), alpha.shape().with(1, Math.min(by, width)), NOTHING);
        return width <= by ? nothing : Tensor.cat(1, nothing, alpha.slice(1, 0, width - by));
    }

    private static Tensor longs(int[] values) {
        return Tensor.of(Arrays.stream(values).asLongStream().toArray(), values.length);
    }

    private void check(Tensor x, Tensor targets, int[] frames, int[] labels) {
        if (x.rank() != 3 || frames.length != x.size(1) || labels.length != x.size(1)) {
            throw new ShapeException("ctc: log-probabilities " + x.shape() + " with " + frames.length
                    + " numbers of frames and " + labels.length
                    + " of labels; expected (T, N, C) and N of each");
        }
        int sum = Arrays.stream(labels).sum();
        boolean fits =
                targets.rank() == 1 && targets.size(0) == sum || targets.rank() == 2 && targets.size(0) == x.size(1);
        if (!fits) {
            throw new ShapeException("ctc: targets " + targets.shape() + ", expected (" + x.size(1) + ", S), or all "
                    + sum + " labels one after the other");
        }
        for (int i = 0; i < labels.length; i++) {
            if (frames[i] < 1
                    || frames[i] > x.size(0)
                    || labels[i] < 0
                    || targets.rank() == 2 && labels[i] > targets.size(1)) {
                throw new ShapeException("ctc: example " + i + " has " + frames[i] + " frames and " + labels[i]
                        + " labels; expected 1 to " + x.size(0) + " frames"
                        + (targets.rank() == 2 ? " and at most " + targets.size(1) + " labels" : ""));
            }
        }
        if (blank < 0 || blank >= x.size(2)) {
            throw new ShapeException("ctc: blank " + blank + " is outside 0.." + (x.size(2) - 1));
        }
    }
}
