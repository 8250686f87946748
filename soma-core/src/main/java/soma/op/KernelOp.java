package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** An operation that the executor runs as it is: {@link #compute} calls a kernel on whole arrays. */
public non-sealed interface KernelOp extends Op {

    /** Fills the outputs from the inputs. Half-precision operands arrive as float32 and are converted back by the executor. */
    void compute(Call call);

    /** What it makes; most ops make one tensor. With several, read them with {@link Tensor#pick}. */
    default List<Output> outputs() {
        return List.of(new Output(shape(), dtype()));
    }

    /** Shape and dtype of one result. */
    record Output(Shape shape, DType dtype) {}

    /** The gradient rule of an op with several results: one {@code dy} for each of them. */
    default List<Tensor> vjp(List<Tensor> y, List<Tensor> dy) {
        return vjp(y.get(0), dy.get(0));
    }
}
