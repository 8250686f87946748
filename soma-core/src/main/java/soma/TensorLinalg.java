package soma;

import soma.op.Cholesky;
import soma.op.Det;
import soma.op.Eigh;
import soma.op.Inverse;
import soma.op.LinalgChecks;
import soma.op.LogDet;
import soma.op.MatrixExp;
import soma.op.Pinverse;
import soma.op.Qr;
import soma.op.Solve;
import soma.op.Svd;
import soma.op.TriangularSolve;

/**
 * Linear algebra on the last two axes; all leading axes count as a batch. Computed in double precision whatever the
 * dtype.
 */
public sealed interface TensorLinalg permits Tensor {

    /** A = q r, q with orthonormal columns and r upper triangular. */
    record QrParts(Tensor q, Tensor r) {}

    /** A = vectors diag(values) vectors^T, the values ascending. */
    record Eigen(Tensor values, Tensor vectors) {}

    /** A = u diag(s) vt, s descending. */
    record SvdParts(Tensor u, Tensor s, Tensor vt) {}

    /** det A = sign e^logAbs. */
    record SignedLog(Tensor sign, Tensor logAbs) {}

    /** Which norm of a matrix. */
    enum MatrixNorm {
        /** Root of the sum of squares. */
        FROBENIUS,
        /** Sum of the singular values. */
        NUCLEAR,
        /** Largest singular value. */
        SPECTRAL,
        /** Largest sum of magnitudes in a column. */
        ONE,
        /** Largest sum of magnitudes in a row. */
        INFINITY
    }

    /** The x of this x = b; b is (..., n, k), or (n), one right-hand side. Leading axes broadcast. */
    default Tensor solve(Tensor b) {
        var a = LinalgChecks.square("solve", (Tensor) this);
        if (b.rank() == 1) {
            return a.solve(b.unsqueeze(1)).squeeze(-1);
        }
        var pair = LinalgChecks.system("solve", a, b);
        return Tensor.of(new Solve(pair.get(0), pair.get(1)));
    }

    /** The x of T x = b, T being the upper or lower triangle of this; the other triangle is not read. */
    default Tensor triangularSolve(Tensor b, boolean upper) {
        return triangularSolve(b, upper, false, false);
    }

    /**
     * Like {@link #triangularSolve(Tensor, boolean)}, of T^T x = b if {@code transpose}, with ones for T's diagonal if
     * {@code unit}.
     */
    default Tensor triangularSolve(Tensor b, boolean upper, boolean transpose, boolean unit) {
        var a = LinalgChecks.square("triangularSolve", (Tensor) this);
        if (b.rank() == 1) {
            return a.triangularSolve(b.unsqueeze(1), upper, transpose, unit).squeeze(-1);
        }
        var pair = LinalgChecks.system("triangularSolve", a, b);
        return Tensor.of(new TriangularSolve(pair.get(0), pair.get(1), upper, transpose, unit));
    }

    /** The lower triangular L with this = L L^T; this must be symmetric and positive definite. */
    default Tensor cholesky() {
        return Tensor.of(new Cholesky(LinalgChecks.square("cholesky", (Tensor) this)));
    }

    /** The reduced QR decomposition. */
    default QrParts qr() {
        var all = Tensor.of(new Qr(LinalgChecks.matrix("qr", (Tensor) this)));
        return new QrParts(all.pick(0), all.pick(1));
    }

    /** Eigenvalues and vectors of symmetric matrices, of which the lower triangle is read. */
    default Eigen eigh() {
        var all = Tensor.of(new Eigh(LinalgChecks.square("eigh", (Tensor) this)));
        return new Eigen(all.pick(0), all.pick(1));
    }

    /** The reduced singular value decomposition. */
    default SvdParts svd() {
        var all = Tensor.of(new Svd(LinalgChecks.matrix("svd", (Tensor) this)));
        return new SvdParts(all.pick(0), all.pick(1), all.pick(2));
    }

    /** The inverse. */
    default Tensor inverse() {
        return Tensor.of(new Inverse(LinalgChecks.square("inverse", (Tensor) this)));
    }

    /** The Moore-Penrose inverse; singular values up to {@code rcond} times the largest count as 0. */
    default Tensor pinverse(double rcond) {
        return Tensor.of(new Pinverse(LinalgChecks.matrix("pinverse", (Tensor) this), rcond));
    }

    /** The Moore-Penrose inverse with rcond 1e-15. */
    default Tensor pinverse() {
        return pinverse(1e-15);
    }

    /** The determinant. */
    default Tensor det() {
        return Tensor.of(new Det(LinalgChecks.square("det", (Tensor) this)));
    }

    /** Sign and logarithm of the magnitude of the determinant. */
    default SignedLog slogdet() {
        var all = Tensor.of(new LogDet(LinalgChecks.square("slogdet", (Tensor) this)));
        return new SignedLog(all.pick(0), all.pick(1));
    }

    /** The logarithm of the determinant: NaN where that is negative. */
    default Tensor logdet() {
        var parts = slogdet();
        return Tensor.where(parts.sign().lt(0), Double.NaN, parts.logAbs());
    }

    /** e to the power of a matrix. */
    default Tensor matrixExp() {
        return Tensor.of(new MatrixExp(LinalgChecks.square("matrixExp", (Tensor) this)));
    }

    /** A norm of each matrix. */
    default Tensor matrixNorm(MatrixNorm kind) {
        var a = LinalgChecks.matrix("matrixNorm", (Tensor) this);
        return switch (kind) {
            case FROBENIUS -> a.norm(-2, -1);
            case NUCLEAR -> a.svd().s().sum(-1);
            case SPECTRAL -> a.svd().s().amax(-1);
            case ONE -> a.abs().sum(-2).amax(-1);
            case INFINITY -> a.abs().sum(-1).amax(-1);
        };
    }

    /**
     * A norm of each matrix by number: 1, -1, infinity, -infinity, 2, -2, as in torch.linalg.matrix_norm; a minus asks
     * for the least.
     */
    default Tensor matrixNorm(double p) {
        var a = LinalgChecks.matrix("matrixNorm", (Tensor) this);
        double size = Math.abs(p);
        if (size != 1 && size != 2 && !Double.isInfinite(size)) {
            throw new SomaException("matrixNorm: p is " + p + ", expected 1, 2 or infinity or their negatives");
        }
        var values = size == 2 ? a.svd().s() : a.abs().sum(size == 1 ? -2 : -1);
        return p > 0 ? values.amax(-1) : values.amin(-1);
    }

    /** The sum of the diagonal. */
    default Tensor trace() {
        return LinalgChecks.matrix("trace", (Tensor) this).diagonal().sum(-1);
    }
}
