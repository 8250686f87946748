package soma.op;

import java.lang.reflect.Array;
import java.util.List;
import java.util.function.BooleanSupplier;
import soma.DType;
import soma.IndexException;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/**
 * y = x (N, C, D) with fresh (N, L, D) in the place of its positions from {@code position}, an int64 (1), on. If x is a
 * {@link Leaf.Given}, y is x's own memory, and nothing but fresh is copied.
 */
public record Append(Tensor x, Tensor fresh, Tensor position) implements KernelOp {

    public Append {
        if (x.rank() != 3
                || !x.shape().with(1, 0).equals(fresh.shape().with(1, 0))
                || x.dtype() != fresh.dtype()
                || position.numel() != 1) {
            throw new ShapeException("append: " + fresh.dtype() + " " + fresh.shape() + " to " + x.dtype() + " "
                    + x.shape() + " at " + position.shape() + ", expected (N, L, D), (N, C, D) of one dtype and (1)");
        }
    }

    /** fresh at the beginning of {@code room} positions. */
    public static Tensor first(Tensor fresh, int room, Tensor position) {
        var shape = fresh.shape().with(1, room);
        var memory = new Leaf.Given(() -> Leaf.array(fresh.dtype(), shape.size()), shape, fresh.dtype());
        return Tensor.of(new Append(Tensor.of(memory), fresh, position));
    }

    /**
     * fresh behind the first positions of x, with room for {@code room} in all. If x has so many, and {@code isFree} says
     * so when this is computed, it is written into x's own array: nobody may look at these positions of x any more.
     */
    public static Tensor behind(Tensor x, Tensor fresh, int room, Tensor position, BooleanSupplier isFree) {
        var shape = x.shape().with(1, room);
        if (x.op() instanceof Leaf.Data data) {
            var array = data.array();
            var memory = new Leaf.Given(
                    () -> room == x.size(1) && isFree.getAsBoolean() ? array : grown(array, x.shape(), shape),
                    shape,
                    x.dtype());
            return Tensor.of(new Append(Tensor.of(memory), fresh, position));
        }
        var roomy = room == x.size(1) ? x : x.padZeros(1, 0, room - x.size(1));
        return Tensor.of(new Append(roomy, fresh, position));
    }

    @SuppressWarnings("SuspiciousSystemArraycopy") // both arrays are of the same type
    private static Object grown(Object array, Shape from, Shape to) {
        var copy = Array.newInstance(array.getClass().componentType(), to.size());
        int own = from.dim(1) * from.dim(2);
        for (int n = 0; n < from.dim(0); n++) {
            System.arraycopy(array, n * own, copy, n * to.dim(1) * to.dim(2), own);
        }
        return copy;
    }

    @Override
    public List<Tensor> inputs() {
        return List.of(x, fresh, position);
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
    @SuppressWarnings("SuspiciousSystemArraycopy") // all arrays are of the same type
    public void compute(Call call) {
        int room = x.size(1);
        int width = x.size(2);
        int count = fresh.size(1);
        long at = call.longs(2)[call.at(2)];
        if (at < 0 || at + count > room) {
            throw new IndexException(
                    "append: positions " + at + " to " + (at + count - 1) + " are outside 0.." + (room - 1));
        }
        if (call.in(0) != call.out(0)) {
            System.arraycopy(call.in(0), call.at(0), call.out(0), 0, x.numel());
        }
        for (int n = 0; n < x.size(0); n++) {
            int from = call.at(1) + n * count * width;
            System.arraycopy(call.in(1), from, call.out(0), (n * room + (int) at) * width, count * width);
        }
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor given) {
        var dy = given.expand(y.shape());
        var place = Tensor.arange(x.size(1)).unsqueeze(1).sub(position); // (C, 1): 0 at the first new position
        var isNew = place.ge(0).logicalAnd(place.lt(fresh.size(1)));
        var dFresh = dy.take(1, Tensor.arange(fresh.size(1)).add(position));
        return List.of(Tensor.where(isNew, 0, dy), dFresh, position);
    }
}
