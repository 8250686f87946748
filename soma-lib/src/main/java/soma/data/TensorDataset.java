package soma.data;

import java.lang.reflect.Array;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/** Examples that lie in two tensors, whose first axis counts them. */
public final class TensorDataset implements Dataset {
    private final Tensor x;
    private final Tensor y;

    private TensorDataset(Tensor x, Tensor y) {
        this.x = x;
        this.y = y;
    }

    /** Inputs and their targets. */
    public static TensorDataset of(Tensor x, Tensor y) {
        if (x.rank() == 0 || y.rank() == 0 || x.size(0) != y.size(0)) {
            throw new ShapeException("TensorDataset: inputs " + x.shape() + " and targets " + y.shape()
                    + ", expected the same first size, the number of examples");
        }
        Soma.eval(x, y);
        return new TensorDataset(x, y);
    }

    /** All inputs. */
    public Tensor x() {
        return x;
    }

    /** All targets. */
    public Tensor y() {
        return y;
    }

    @Override
    public int size() {
        return x.size(0);
    }

    @Override
    public Batch get(int... indices) {
        return new Batch(rows(x, indices), rows(y, indices));
    }

    @Override
    public boolean isQuick() {
        return true;
    }

    private static Tensor rows(Tensor t, int[] indices) {
        var from = t.array();
        int width = t.size(0) == 0 ? 0 : t.numel() / t.size(0);
        var shape = t.shape().with(0, indices.length);
        var to = Array.newInstance(from.getClass().getComponentType(), indices.length * width);
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(from, indices[i] * width, to, i * width, width);
        }
        return Tensor.wrap(to, t.dtype(), shape);
    }
}
