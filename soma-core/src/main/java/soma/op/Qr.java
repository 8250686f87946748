package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.LinalgQr;

/** A = Q R for each matrix of a (..., m, n): results Q (..., m, k) and R (..., k, n), k = min(m, n). */
public record Qr(Tensor a) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(a);
    }

    private int k() {
        return Math.min(a.size(-1), a.size(-2));
    }

    @Override
    public Shape shape() {
        return a.shape().with(-1, k());
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public List<Output> outputs() {
        return List.of(new Output(shape(), dtype()), new Output(a.shape().with(-2, k()), dtype()));
    }

    @Override
    public void compute(Call call) {
        int m = a.size(-2);
        int n = a.size(-1);
        int k = k();
        int count = Matrices.count(a);
        var from = Matrices.read(call, 0, a.numel());
        var q = new double[count * m * k];
        var r = new double[count * k * n];
        Matrices.each(call, a, i -> LinalgQr.qr(from, i * m * n, m, n, q, i * m * k, r, i * k * n));
        Matrices.write(call, 0, q);
        Matrices.write(call, 1, r);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        throw new IllegalStateException("QR has two results");
    }

    /**
     * For m >= n, with M = R dR^T - dQ^T Q and its lower triangle mirrored: (dQ + Q M) R^-T (Walter and Lehmann 2010,
     * arXiv 1001.1654). A wide A is (X Y) with X = Q R1 square and R2 = Q^T Y, so it has Y dQ R2^T joining dQ.
     */
    @Override
    public List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        var q = y.get(0);
        var r = y.get(1);
        int n = a.size(-1);
        int k = k();
        if (k == n) {
            return List.of(tall(q, r, dy.get(0), dy.get(1)));
        }
        var dRight = dy.get(1).slice(-1, k, n);
        var dq = dy.get(0).add(a.slice(-1, k, n).matmul(dRight.t()));
        return List.of(Tensor.cat(-1, tall(q, r.slice(-1, 0, k), dq, dy.get(1).slice(-1, 0, k)), q.matmul(dRight)));
    }

    private static Tensor tall(Tensor q, Tensor r, Tensor dq, Tensor dr) {
        var m = r.matmul(dr.t()).sub(dq.t().matmul(q));
        var mirrored = m.mul(Matrices.triangle(m, false, 0))
                .add(m.mul(Matrices.triangle(m, false, -1)).t());
        var b = dq.add(q.matmul(mirrored));
        return Tensor.of(new TriangularSolve(r, b.t(), true, false, false)).t();
    }
}
