package soma.op;

import static soma.op.OpTable.row;
import static soma.op.Row.arg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import soma.Autodiff;
import soma.Tensor;
import soma.op.Row.Arg;

/** Rows of {@link OpTable}: attention, against its plain composition. */
final class AttentionRows {

    private AttentionRows() {}

    /** One way to call the op: how many tensors hold q, k and v, and their sizes. */
    private record Case(
            int parts,
            int heads,
            int queries,
            int keys,
            int width,
            boolean causal,
            int offset,
            boolean masked,
            boolean position) {

        String label() {
            return parts + " parts, " + heads + " heads, " + queries + " x " + keys + " x " + width
                    + (causal ? ", causal from " + offset : "") + (masked ? ", masked" : "")
                    + (position ? ", a position" : "");
        }

        Arg[] args(boolean gradient) {
            int n = 2;
            int d = heads * width;
            var all = new ArrayList<Arg>();
            all.add(arg(n, queries, parts == 1 ? 3 * d : d));
            if (parts == 2) {
                all.add(arg(n, keys, 2 * d));
            } else if (parts == 3) {
                all.add(arg(n, keys, d));
                all.add(arg(n, keys, 2 * d));
            }
            if (gradient) {
                all.add(arg(n, queries, parts == 3 ? 2 * d : d));
            }
            return all.toArray(Arg[]::new);
        }

        Attention op(List<Tensor> in) {
            var q = in.get(0);
            Optional<Tensor> mask = Optional.empty();
            if (masked) {
                var number = Tensor.arange(2 * keys).reshape(2, 1, 1, keys);
                mask = Optional.of(Tensor.where(number.remainder(3).eq(1), Double.NEGATIVE_INFINITY, Tensor.scalar(0))
                        .to(q.dtype()));
            }
            return new Attention(
                    in.subList(0, parts),
                    new Attention.Options(heads, 0.7, causal, offset),
                    mask,
                    position ? Optional.of(Tensor.of(new long[] {1})) : Optional.empty());
        }

        Tensor gradients(List<Tensor> in) {
            var op = op(in);
            var back = Tensor.of(new AttentionGrad(op, Tensor.of(op).pick(1), in.get(parts)));
            return parts == 1
                    ? back
                    : joined(IntStream.range(0, parts).mapToObj(back::pick).toArray(Tensor[]::new));
        }

        Tensor plainGradients(List<Tensor> in) {
            var xs = in.subList(0, parts).stream()
                    .map(x -> Tensor.of(new Redirect.Barrier(x, x)))
                    .toList();
            var through = op(xs).plain(xs).mul(in.get(parts)).sum();
            var all = Autodiff.grad(through, xs);
            return parts == 1 ? all.get(0) : joined(all.toArray(Tensor[]::new));
        }
    }

    private static Tensor joined(Tensor... parts) {
        return Tensor.cat(0, Arrays.stream(parts).map(Tensor::flatten).toArray(Tensor[]::new));
    }

    private static List<Tensor> tensors(Nd... in) {
        return Arrays.stream(in)
                .map(x -> Tensor.of(x.data(), x.shape().toArray()))
                .toList();
    }

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        for (var c : List.of(
                new Case(1, 2, 7, 7, 3, true, 0, false, false),
                new Case(1, 1, 33, 33, 5, false, 0, true, false),
                new Case(2, 3, 5, 9, 2, false, 0, false, false),
                new Case(3, 2, 3, 6, 17, true, 1, false, true),
                new Case(3, 1, 2, 5, 4, true, -1, true, false),
                new Case(2, 1, 61, 37, 18, true, -3, true, false))) {
            all.add(row(
                    Attention.class,
                    c.label(),
                    in -> Tensor.of(c.op(in)).pick(0),
                    in -> Nd.of(c.op(tensors(in)).plain(tensors(in))),
                    c.args(false)));
            all.add(row(
                            AttentionGrad.class,
                            c.label(),
                            c::gradients,
                            in -> Nd.of(c.plainGradients(tensors(in))),
                            c.args(true))
                    .tolerance(1e-4));
        }
        return all;
    }
}
