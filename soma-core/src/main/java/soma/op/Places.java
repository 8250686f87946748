package soma.op;

import java.util.List;
import soma.DType;
import soma.IndexException;
import soma.Shape;
import soma.Tensor;

/**
 * y = index with negative places counted from the end of an axis of {@code size}; a place outside is an error. int64,
 * no gradient.
 */
public record Places(Tensor index, int size, String asker) implements KernelOp {

    @Override
    public List<Tensor> inputs() {
        return List.of(index);
    }

    @Override
    public Shape shape() {
        return index.shape();
    }

    @Override
    public DType dtype() {
        return DType.INT64;
    }

    @Override
    public Object attributes() {
        return size;
    }

    @Override
    public void compute(Call call) {
        var in = call.longs(0);
        var out = call.outLongs(0);
        for (int i = 0; i < index.numel(); i++) {
            long v = in[call.at(0) + i];
            long place = v < 0 ? v + size : v;
            if (place < 0 || place >= size) {
                throw new IndexException(asker + ": index " + v + " at position " + i + " is outside "
                        + (size == 0 ? "an axis of size 0" : -size + ".." + (size - 1)));
            }
            out[i] = place;
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(index);
    }
}
