package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;
import soma.kernel.Epilogue;
import soma.kernel.Gemm;

/**
 * y = op(a) op(b), op transposing the last two axes where asked. a: (..., M, K), b: (K, N) for all or (..., K, N) each; leading
 * axes are equal. The gradient rules make only further products of this kind.
 */
public record MatMul(Tensor a, Tensor b, boolean transA, boolean transB) implements Product {

    /** Refuses inner sizes or leading axes that differ. */
    public MatMul {
        int k = a.size(transA ? -2 : -1);
        int k2 = b.size(transB ? -1 : -2);
        if (k != k2) {
            throw new ShapeException("matmul: " + shown(a, transA) + " x " + shown(b, transB) + ": inner sizes " + k
                    + " and " + k2 + " differ");
        }
        if (b.rank() > 2) {
            for (int i = 0; i < a.rank() - 2; i++) {
                if (a.rank() != b.rank() || a.size(i) != b.size(i)) {
                    throw new ShapeException("matmul: leading axes of " + a.shape() + " and " + b.shape() + " differ");
                }
            }
        }
    }

    private static String shown(Tensor t, boolean transposed) {
        return transposed ? t.shape() + " transposed" : t.shape().toString();
    }

    private int m() {
        return a.size(transA ? -1 : -2);
    }

    private int n() {
        return b.size(transB ? -2 : -1);
    }

    private int k() {
        return a.size(transA ? -2 : -1);
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(a, b);
    }

    @Override
    public Shape shape() {
        var d = a.shape().toArray();
        d[d.length - 2] = m();
        d[d.length - 1] = n();
        return Shape.of(d);
    }

    @Override
    public DType dtype() {
        return a.dtype();
    }

    @Override
    public Object attributes() {
        return (transA ? 1 : 0) + (transB ? 2 : 0);
    }

    @Override
    public boolean takesEpilogue() {
        return true;
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var dy = given.expand(y.shape());
        if (b.rank() == 2 && a.rank() > 2) {
            var flatA = a.flatten(0, a.rank() - 2);
            var flatDy = dy.flatten(0, dy.rank() - 2);
            var flat = new MatMul(flatA, b, false, transB);
            return List.of(flat.leftGradient(flatDy).reshape(a.shape()), flat.rightGradient(flatDy));
        }
        return List.of(leftGradient(dy), rightGradient(dy));
    }

    private Tensor leftGradient(Tensor dy) {
        return Tensor.of(transA ? new MatMul(b, dy, transB, true) : new MatMul(dy, b, false, !transB));
    }

    private Tensor rightGradient(Tensor dy) {
        return Tensor.of(transB ? new MatMul(dy, a, true, transA) : new MatMul(a, dy, !transA, false));
    }

    @Override
    public void compute(Call call, Epilogue after) {
        int m = m();
        int n = n();
        int k = k();
        int batch = a.shape().product(0, a.rank() - 2);
        boolean shared = b.rank() == 2;
        if (shared && !transA) {
            m *= batch;
            batch = 1;
        }
        int lda = transA ? m : k;
        int ldb = transB ? k : n;
        int strideA = m * k;
        int strideB = shared ? 0 : k * n;
        switch (call.out(0)) {
            case float[] c -> {
                if (batch == 1) {
                    Gemm.run(
                            call.workers(),
                            transA,
                            transB,
                            m,
                            n,
                            k,
                            call.floats(0),
                            call.at(0),
                            lda,
                            call.floats(1),
                            call.at(1),
                            ldb,
                            c,
                            0,
                            n,
                            false,
                            after);
                } else {
                    Gemm.batched(
                            call.workers(),
                            batch,
                            transA,
                            transB,
                            m,
                            n,
                            k,
                            call.floats(0),
                            call.at(0),
                            lda,
                            strideA,
                            call.floats(1),
                            call.at(1),
                            ldb,
                            strideB,
                            c,
                            0,
                            n,
                            m * n,
                            false,
                            after);
                }
            }
            case double[] c ->
                Gemm.batched(
                        call.workers(),
                        batch,
                        transA,
                        transB,
                        m,
                        n,
                        k,
                        call.doubles(0),
                        call.at(0),
                        lda,
                        strideA,
                        call.doubles(1),
                        call.at(1),
                        ldb,
                        strideB,
                        c,
                        0,
                        n,
                        m * n,
                        false,
                        after);
            case int[] c ->
                Gemm.batched(
                        call.workers(),
                        batch,
                        transA,
                        transB,
                        m,
                        n,
                        k,
                        (int[]) call.in(0),
                        call.at(0),
                        lda,
                        strideA,
                        (int[]) call.in(1),
                        call.at(1),
                        ldb,
                        strideB,
                        c,
                        0,
                        n,
                        m * n,
                        false,
                        after);
            case long[] c ->
                Gemm.batched(
                        call.workers(),
                        batch,
                        transA,
                        transB,
                        m,
                        n,
                        k,
                        call.longs(0),
                        call.at(0),
                        lda,
                        strideA,
                        call.longs(1),
                        call.at(1),
                        ldb,
                        strideB,
                        c,
                        0,
                        n,
                        m * n,
                        false,
                        after);
            default -> throw new IllegalStateException("matmul of " + dtype());
        }
    }
}
