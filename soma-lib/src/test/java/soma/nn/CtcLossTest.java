package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static soma.nn.Doubles.draw;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.ShapeException;
import soma.Tensor;

class CtcLossTest {
    private final Tensor logits = draw(1, 5, 4, 3); // (T, N, C)
    private final int[] frames = {5, 4, 3, 5};
    private final int[] labels = {2, 3, 0, 1};
    private final Tensor targets = Tensor.of(new long[] {1, 2, 0, 1, 1, 2, 0, 0, 0, 2, 0, 0}, 4, 3); // (N, S)

    /** -ln of the summed probability of all paths of frames that spell the target. */
    private static double twin(Tensor logits, int n, int frames, long[] target, int blank) {
        var p = logits.softmax(-1);
        int classes = logits.size(2);
        double sum = 0;
        for (int path = 0; path < Math.pow(classes, frames); path++) {
            double probability = 1;
            var spelled = new ArrayList<Long>();
            int before = blank;
            int rest = path;
            for (int t = 0; t < frames; t++, rest /= classes) {
                int c = rest % classes;
                probability *= p.at(t, n, c).item();
                if (c != blank && c != before) {
                    spelled.add((long) c);
                }
                before = c;
            }
            sum += spelled.equals(java.util.Arrays.stream(target).boxed().toList()) ? probability : 0;
        }
        return -Math.log(sum);
    }

    private Tensor losses(CtcLoss loss, Tensor x, Tensor spelled) {
        return loss.of(x.logSoftmax(-1), spelled, frames, labels);
    }

    @Test
    void sumsOverAllPaths() {
        var none = new CtcLoss().reduction(Loss.Reduction.NONE);
        var want = new double[] {
            twin(logits, 0, 5, new long[] {1, 2}, 0),
            twin(logits, 1, 4, new long[] {1, 1, 2}, 0),
            twin(logits, 2, 3, new long[] {}, 0),
            twin(logits, 3, 5, new long[] {2}, 0)
        };
        assertThat(losses(none, logits, targets).toDoubleArray()).containsExactly(want, within(1e-10));
        var flat = Tensor.of(new long[] {1, 2, 1, 1, 2, 2});
        assertThat(losses(none, logits, flat).toDoubleArray()).containsExactly(want, within(1e-10));
        assertThat(losses(new CtcLoss(), logits, flat).item())
                .isCloseTo((want[0] / 2 + want[1] / 3 + want[2] + want[3]) / 4, within(1e-10));
        assertThat(losses(none.reduction(Loss.Reduction.SUM), logits, flat).item())
                .isCloseTo(want[0] + want[1] + want[2] + want[3], within(1e-10));
        // With another blank the classes change their parts.
        var other = none.blank(2).of(logits.logSoftmax(-1), Tensor.of(new long[] {0, 1, 0, 0, 1, 1}), frames, labels);
        assertThat(other.at(0).item()).isCloseTo(twin(logits, 0, 5, new long[] {0, 1}, 2), within(1e-10));
        assertThat(other.at(3).item()).isCloseTo(twin(logits, 3, 5, new long[] {1}, 2), within(1e-10));
        Differences.check(x -> losses(new CtcLoss(), x, targets), logits, 1e-6);
    }

    @Test
    void whatDoesNotFitIsInfiniteOrNothing() {
        var x = logits.narrow(0, 0, 2).logSoftmax(-1);
        var one = Tensor.of(new long[] {1, 1, 1, 2, 2, 1, 1, 2}, 4, 2);
        var two = new int[] {2, 2, 2, 2};
        var loss = new CtcLoss().reduction(Loss.Reduction.NONE);
        var y = loss.of(x, one, two, two).toDoubleArray();
        assertThat(y[0]).isEqualTo(Double.POSITIVE_INFINITY); // a a needs a blank between: three frames
        assertThat(y[1]).isFinite();
        assertThat(loss.zeroInfinity().of(x, one, two, two).at(0).item()).isZero();
        var g = Autodiff.grad(
                t -> loss.zeroInfinity().of(t.logSoftmax(-1), one, two, two).sum(), logits.narrow(0, 0, 2));
        assertThat(g.select(1, 0).toDoubleArray()).containsOnly(0);
        assertThat(g.isNan().any().toBooleanArray()).containsExactly(false);
    }

    @Test
    void errorsSayWhatFits() {
        var x = logits.logSoftmax(-1);
        var loss = new CtcLoss();
        assertThatThrownBy(() -> loss.of(x, targets, new int[] {5}, labels))
                .isInstanceOf(ShapeException.class)
                .hasMessage("ctc: log-probabilities (5, 4, 3) with 1 numbers of frames and 4 of labels; expected (T, N,"
                        + " C) and N of each");
        assertThatThrownBy(() -> loss.of(x, Tensor.of(new long[] {1, 2}), frames, labels))
                .hasMessage("ctc: targets (2), expected (4, S), or all 6 labels one after the other");
        assertThatThrownBy(() -> loss.of(x, targets, new int[] {5, 4, 3, 6}, labels))
                .hasMessage("ctc: example 3 has 6 frames and 1 labels; expected 1 to 5 frames and at most 3 labels");
        assertThatThrownBy(() -> loss.blank(3).of(x, targets, frames, labels))
                .hasMessage("ctc: blank 3 is outside 0..2");
        assertThat(List.of(loss.blank(2), loss)).doesNotHaveDuplicates();
    }
}
