package soma.op;

import java.util.List;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * One operation at a node of the graph: a record of its input tensors and its attributes, with its shape rule and its gradient
 * rule. An op does not compute when it is made; {@code soma.graph} lowers it later, alone or fused with its neighbours.
 */
public sealed interface Op permits Leaf, Elementwise, Reduction, View, Product, KernelOp, Pick, Redirect {

    /** What it reads, in order. */
    List<Tensor> inputs();

    /** Shape of the result. */
    Shape shape();

    /** Element type of the result. */
    DType dtype();

    /** Everything that tells this op from another of its class but the inputs; compared with equals when plans are looked up. */
    default Object attributes() {
        return NONE;
    }

    /**
     * Vector-Jacobian products: for each input, what {@code dy}, the gradient with respect to the result {@code y}, makes of it.
     * Written in tensor operations, so that gradients of any order follow. A contribution may have a broadcast shape (the driver
     * sums it back) and anything may stand for an input that is not floating point (the driver ignores it).
     */
    List<Tensor> vjp(Tensor y, Tensor dy);

    /** The name people see in plans and messages. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** Attributes of an op that has none. */
    Object NONE = "";
}
