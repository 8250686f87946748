package soma;

import soma.kernel.ConvShape;
import soma.op.Conv;
import soma.op.ConvData;
import soma.op.MatMul;

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
            throw new DTypeException("matmul: both tensors are bool, expected numbers; convert them with to(DType.FLOAT32)");
        }
        int inner = b.rank() == 1 ? b.size(0) : b.size(-2);
        if (a.size(-1) != inner) {
            throw new ShapeException("matmul: " + a.shape() + " x " + b.shape() + ": inner sizes " + a.size(-1) + " and " + inner
                    + " differ");
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
        return Tensor.of(new MatMul(a, b, false, false)).to(dtype);
    }

    /** The sum of products of two vectors. */
    default Tensor dot(Tensor other) {
        return ((Tensor) this).mul(other).sum();
    }

    /**
     * Convolution (cross-correlation) over the axes after the first two. x: (N, Cin, in...), weight: (Cout, Cin/groups,
     * kernel...); {@code stride}, {@code padding} and {@code dilation} have one number for each of these axes.
     */
    default Tensor conv(Tensor weight, int[] stride, int[] padding, int[] dilation, int groups) {
        var x = (Tensor) this;
        checkConv("conv", x, weight);
        if (x.size(1) != weight.size(1) * groups) {
            throw new ShapeException("conv: input " + x.shape() + " has " + x.size(1) + " channels, weight " + weight.shape()
                    + " with " + groups + " group(s) expects " + weight.size(1) * groups);
        }
        return Tensor.of(new Conv(
                x,
                weight,
                new ConvShape(x.size(0), x.size(1), weight.size(0), groups, spatial(x), spatial(weight), stride, padding, padding,
                        dilation)));
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
        for (int i = 0; i < out.length; i++) {
            out[i] = (in[i] - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel[i] - 1) + outputPadding[i] + 1;
        }
        return Tensor.of(new ConvData(
                x,
                weight,
                new ConvShape(x.size(0), weight.size(1) * groups, x.size(1), groups, out, kernel, stride, padding, padding,
                        dilation)));
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
