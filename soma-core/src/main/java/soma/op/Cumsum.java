package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Scan;

/** y[i] = x[0] + .. + x[i] along one axis. */
public record Cumsum(Tensor x, int axis) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x);
    }

    @Override
    public Shape shape() {
        return x.shape();
    }

    @Override
    public DType dtype() {
        return x.dtype();
    }

    @Override
    public Object attributes() {
        return axis;
    }

    @Override
    public void compute(Call call) {
        var s = x.shape();
        int outer = s.product(0, axis);
        int n = s.dim(axis);
        int inner = s.product(axis + 1, s.rank());
        if (inner == 1 && n >= 4 * Scan.PIECE && call.out(0) instanceof float[] y) {
            for (int o = 0; o < outer; o++) {
                longRow(call, call.at(0) + o * n, y, o * n, n);
            }
            return;
        }
        RowWork.share(call.workers(), Scan.strips(outer, inner), Scan.stripSize(n, inner), (lo, hi) -> {
            switch (call.out(0)) {
                case float[] y -> Scan.cumsum(call.floats(0), call.at(0), y, 0, lo, hi, n, inner);
                case double[] y -> Scan.cumsum(call.doubles(0), call.at(0), y, 0, lo, hi, n, inner);
                case long[] y -> Scan.cumsum(call.longs(0), call.at(0), y, 0, lo, hi, n, inner);
                default -> throw new IllegalStateException("cumsum of " + dtype());
            }
        });
    }

    /** The sums of pieces first, so that all pieces can run at once. */
    private static void longRow(Call call, int from, float[] y, int to, int n) {
        var x = call.floats(0);
        int pieces = Math.ceilDiv(n, Scan.PIECE);
        var sums = new double[pieces];
        RowWork.share(call.workers(), pieces, Scan.PIECE, (lo, hi) -> Scan.pieceSums(x, from, n, sums, lo, hi));
        double before = 0;
        for (int p = 0; p < pieces; p++) {
            double next = before + sums[p];
            sums[p] = before;
            before = next;
        }
        RowWork.share(
                call.workers(), pieces, Scan.PIECE, (lo, hi) -> Scan.cumsumPieces(x, from, y, to, n, sums, lo, hi));
    }

    /** A sum from the other end. */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(
                Tensor.of(new Cumsum(dy.expand(y.shape()).flip(axis), axis)).flip(axis));
    }
}
