package soma;

import soma.kernel.ConvShape;
import soma.op.Conv;
import soma.op.ConvData;
import soma.op.MatMul;
import soma.op.Permute;

/** Matrix products and convolutions. */
public sealed interface TensorProducts permits Tensor {

    /**
     * Matrix product of the last two axes; leading axes broadcast, a vector on the left is a row, on the right a column (and its
     * axis vanishes from the result).
     */
    default Tensor matmul(Tensor other) {
        var a = (Tensor) this;
        var b = other;
        if (a.rank() == 0 || b.rank() == 0) {
            throw new ShapeException("matmul: " + a.shape() + " x " + b.shape() + ": a scalar has no rows; use mul");
        }
        var dtype = DType.promote(a.dtype(), b.dtype());
        if (dtype == DType.BOOL) {
            throw new DTypeException(
                    "matmul: both tensors are bool, expected numbers; convert them with to(DType.FLOAT32)");
        }
        int inner = b.rank() == 1 ? b.size(0) : b.size(-2);
        if (a.size(-1) != inner) {
            throw new ShapeException("matmul: " + a.shape() + " x " + b.shape() + ": inner sizes " + a.size(-1)
                    + " and " + inner + " differ");
        }
        a = a.to(narrow(dtype));
        b = b.to(narrow(dtype));
        if (b.rank() == 1) {
            return a.matmul(b.unsqueeze(1)).squeeze(-1).to(dtype);
        }
        if (a.rank() == 1) {
            return a.unsqueeze(0).matmul(b).squeeze(-2).to(dtype);
        }
        if (b.rank() > 2) {
            var lead = Shape.broadcast(lead(a), lead(b), "matmul");
            a = a.expand(join(lead, a.size(-2), a.size(-1)));
            b = b.expand(join(lead, b.size(-2), b.size(-1)));
        }
        // Reading through a transposition here, not only when planning, makes the gradients come out in the operands'
        // own layout.
        boolean transA = (a.rank() == 2 || b.rank() > 2) && Permute.swapsLastTwo(a.op());
        boolean transB = Permute.swapsLastTwo(b.op());
        return Tensor.of(new MatMul(
                        transA ? ((Permute) a.op()).x() : a, transB ? ((Permute) b.op()).x() : b, transA, transB))
                .to(dtype);
    }

    /** The sum of products of two vectors. */
    default Tensor dot(Tensor other) {
        return ((Tensor) this).mul(other).sum();
    }

    /** beta this + alpha (a x b), shapes broadcasting; of matrices torch.addmm, of batches torch.baddbmm. */
    default Tensor addmm(Tensor a, Tensor b, double beta, double alpha) {
        var product = a.matmul(b);
        var scaled = alpha == 1 ? product : product.mul(alpha);
        var x = (Tensor) this;
        return beta == 0 ? scaled : scaled.add(beta == 1 ? x : x.mul(beta));
    }

    /** y[i][j] = this[i] other[j] of two vectors. */
    default Tensor outer(Tensor other) {
        var x = (Tensor) this;
        if (x.rank() != 1 || other.rank() != 1) {
            throw new ShapeException("outer: " + x.shape() + " and " + other.shape() + "; expected two vectors");
        }
        return x.unsqueeze(1).mul(other.unsqueeze(0));
    }

    /** The Kronecker product: every element of this times the whole of other. */
    default Tensor kron(Tensor other) {
        var a = (Tensor) this;
        int rank = Math.max(a.rank(), other.rank());
        var left = new int[2 * rank];
        var right = new int[2 * rank];
        var out = new int[rank];
        for (int i = 0; i < rank; i++) {
            int m = i < rank - a.rank() ? 1 : a.size(i - rank + a.rank());
            int n = i < rank - other.rank() ? 1 : other.size(i - rank + other.rank());
            left[2 * i] = m;
            left[2 * i + 1] = 1;
            right[2 * i] = 1;
            right[2 * i + 1] = n;
            out[i] = m * n;
        }
        return a.reshape(Shape.of(left)).mul(other.reshape(Shape.of(right))).reshape(Shape.of(out));
    }

    /** y[.., k] = this[.., i] weight[k, i, j] other[.., j] + bias[k]. */
    default Tensor bilinear(Tensor other, Tensor weight, Tensor bias) {
        return Tensor.einsum("...i,kij,...j->...k", (Tensor) this, weight, other)
                .add(bias);
    }

    /** Distances in the p-norm between all rows of this (..., P, D) and of other (..., R, D): (..., P, R). */
    default Tensor cdist(Tensor other, double p) {
        var x = (Tensor) this;
        if (x.rank() < 2 || other.rank() < 2 || x.size(-1) != other.size(-1)) {
            throw new ShapeException("cdist: " + x.shape() + " and " + other.shape()
                    + "; expected (..., P, D) and (..., R, D), rows of equal length");
        }
        return x.unsqueeze(-2).sub(other.unsqueeze(-3)).norm(p, -1);
    }

    /** Cosine of the angle between the vectors along an axis; lengths below {@code eps} count as eps. */
    default Tensor cosineSimilarity(Tensor other, int axis, double eps) {
        var x = (Tensor) this;
        var shape = Shape.broadcast(x.shape(), other.shape(), "cosineSimilarity");
        var a = x.expand(shape);
        var b = other.expand(shape);
        return a.mul(b).sum(axis).div(a.norm(axis).maximum(eps).mul(b.norm(axis).maximum(eps)));
    }

    /**
     * {@link #conv(Tensor, int[], int[], int[], int)} with stride 1 and as much padding as keeps the sizes; of an odd amount the larger
     * half comes after, as in PyTorch.
     */
    default Tensor convSame(Tensor weight, int[] dilation, int groups) {
        var x = (Tensor) this;
        checkConv("conv", x, weight);
        var kernel = spatial(weight);
        var pairs = new int[2 * kernel.length];
        var ones = new int[kernel.length];
        java.util.Arrays.fill(ones, 1);
        for (int i = 0; i < kernel.length; i++) {
            int total = dilation[i] * (kernel[i] - 1);
            int at = 2 * (kernel.length - 1 - i);
            pairs[at] = total / 2;
            pairs[at + 1] = total - total / 2;
        }
        return x.pad(pairs).conv(weight, ones, new int[kernel.length], dilation, groups);
    }

    /**
     * Convolution (cross-correlation) over the axes after the first two. x: (N, Cin, in...), weight: (Cout, Cin/groups,
     * kernel...); {@code stride}, {@code padding} and {@code dilation} have one number for each of these axes.
     */
    default Tensor conv(Tensor weight, int[] stride, int[] padding, int[] dilation, int groups) {
        var x = (Tensor) this;
        checkConv("conv", x, weight);
        if (x.size(1) != weight.size(1) * groups) {
            throw new ShapeException("conv: input " + x.shape() + " has " + x.size(1) + " channels, weight "
                    + weight.shape() + " with " + groups + " group(s) expects " + weight.size(1) * groups);
        }
        return Tensor.of(new Conv(
                x,
                weight,
                checked(() -> new ConvShape(
                        x.size(0),
                        x.size(1),
                        weight.size(0),
                        groups,
                        spatial(x),
                        spatial(weight),
                        stride,
                        padding,
                        padding,
                        dilation))));
    }

    /**
     * Transposed convolution: the adjoint of {@link #conv}. x: (N, Cin, in...), weight: (Cin, Cout/groups, kernel...); out =
     * (in - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1.
     */
    default Tensor convTranspose(
            Tensor weight, int[] stride, int[] padding, int[] outputPadding, int[] dilation, int groups) {
        var x = (Tensor) this;
        checkConv("convTranspose", x, weight);
        if (x.size(1) != weight.size(0)) {
            throw new ShapeException("convTranspose: input " + x.shape() + " has " + x.size(1) + " channels, weight "
                    + weight.shape() + " expects " + weight.size(0));
        }
        var in = spatial(x);
        var kernel = spatial(weight);
        var out = new int[in.length];
        for (int[] each : new int[][] {stride, padding, outputPadding, dilation}) {
            if (each.length != in.length) {
                throw new ShapeException("convTranspose: " + java.util.Arrays.toString(each) + " for input " + x.shape()
                        + "; expected one number for each of its " + in.length + " axes after (N, C)");
            }
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = (in[i] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel[i] - 1) + outputPadding[i] + 1;
        }
        return Tensor.of(new ConvData(
                x,
                weight,
                checked(() -> new ConvShape(
                        x.size(0),
                        weight.size(1) * groups,
                        x.size(1),
                        groups,
                        out,
                        kernel,
                        stride,
                        padding,
                        padding,
                        dilation))));
    }

    /** The geometry, its complaints being about shapes. */
    private static ConvShape checked(java.util.function.Supplier<ConvShape> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw new ShapeException(String.valueOf(e.getMessage()));
        }
    }

    private static void checkConv(String asker, Tensor x, Tensor weight) {
        if (x.rank() < 3 || x.rank() > 5 || weight.rank() != x.rank()) {
            throw new ShapeException(asker + ": input " + x.shape() + " and weight " + weight.shape()
                    + "; expected (N, C, then 1 to 3 axes) for both, with equally many axes");
        }
        if (x.dtype() != weight.dtype() || !x.dtype().isFloating()) {
            throw new DTypeException(asker + ": input is " + x.dtype() + ", weight is " + weight.dtype()
                    + "; both must have the same floating dtype");
        }
    }

    private static int[] spatial(Tensor t) {
        var d = t.shape().toArray();
        return java.util.Arrays.copyOfRange(d, 2, d.length);
    }

    private static DType narrow(DType dtype) {
        return dtype == DType.INT8 || dtype == DType.UINT8 ? DType.INT32 : dtype;
    }

    private static Shape lead(Tensor t) {
        var d = t.shape().toArray();
        return Shape.of(java.util.Arrays.copyOf(d, d.length - 2));
    }

    private static Shape join(Shape lead, int m, int n) {
        return lead.insert(lead.rank(), m).insert(lead.rank() + 1, n);
    }
}
