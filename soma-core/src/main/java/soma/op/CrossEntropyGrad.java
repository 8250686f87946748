package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.kernel.Rows;

/** dx[i] = (softmax(x[i]) - onehot(label[i])) scale[i], 0 in ignored rows: the gradient of {@link CrossEntropy} in one pass. */
public record CrossEntropyGrad(Tensor x, Tensor label, Tensor scale, long ignored) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(x, label, scale);
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
        return ignored;
    }

    @Override
    public void compute(Call call) {
        IndexGuard.run(
                "crossEntropy",
                () -> RowWork.run(call.workers(), x.shape(), (lo, hi, n) -> {
                    if (call.isDouble(0)) {
                        Rows.crossEntropyBack(
                                call.doubles(0),
                                call.at(0),
                                call.longs(1),
                                call.at(1),
                                call.doubles(2),
                                call.at(2),
                                call.outDoubles(0),
                                0,
                                lo,
                                hi,
                                n,
                                ignored);
                    } else {
                        Rows.crossEntropyBack(
                                call.floats(0),
                                call.at(0),
                                call.longs(1),
                                call.at(1),
                                call.floats(2),
                                call.at(2),
                                call.outFloats(0),
                                0,
                                lo,
                                hi,
                                n,
                                ignored);
                    }
                }));
    }

    @Override
    public List<Tensor> vjp(Tensor dx, Tensor g) {
        var kept = label.ne(ignored).to(x.dtype()).unsqueeze(-1);
        var p = x.softmax(-1);
        var gk = g.mul(kept);
        var inner = gk.mul(p).sum(-1).unsqueeze(-1);
        var hot = Tensor.arange(x.size(-1)).eq(label.unsqueeze(-1)).to(x.dtype());
        return List.of(
                p.mul(gk.sub(inner)).mul(scale.unsqueeze(-1)),
                label,
                gk.mul(p.sub(hot)).sum(-1));
    }
}
