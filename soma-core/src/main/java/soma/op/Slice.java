package soma.op;

import java.util.List;
import soma.Shape;
import soma.Tensor;

/** y[i] = x[start + i * step] on every axis; a negative step walks backwards. {@code sizes} are y's. */
public record Slice(Tensor x, List<Integer> start, List<Integer> step, List<Integer> sizes) implements View {

    @Override
    public Shape shape() {
        return Shape.of(sizes.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public Object attributes() {
        return List.of(start, step, sizes);
    }

    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        return List.of(Tensor.of(new Embed(dy.expand(y.shape()), x.shape(), start, step)));
    }
}
