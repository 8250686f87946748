package soma.bench;

import java.util.List;
import soma.Tensor;
import soma.bench.sizes.ProductSize;

/** Matrix products into an array that is there already, as PyTorch's mm_out. */
final class ProductCases {
    private static final String GROUP = "products";

    private ProductCases() {}

    static void add(Steps steps, List<Case> cases) {
        for (var size : ProductSize.ALL) {
            cases.add(new Case(
                    size.id(), GROUP, Case.Work.of(size.operations(), size.bytes()), () -> product(steps, size)));
        }
    }

    private static Runnable product(Steps steps, ProductSize size) {
        var a = size.transposedA()
                ? operand(steps, size, size.k(), size.m())
                : operand(steps, size, size.m(), size.k());
        if (size.isVector()) {
            return Steps.intoAll(in -> List.of(in.get(0).matmul(in.get(1))), a, steps.normal(size.k()));
        }
        var b = size.transposedB()
                ? operand(steps, size, size.n(), size.k())
                : operand(steps, size, size.k(), size.n());
        return Steps.intoAll(
                in -> List.of(
                        transposed(in.get(0), size.transposedA()).matmul(transposed(in.get(1), size.transposedB()))),
                a,
                b);
    }

    private static Tensor operand(Steps steps, ProductSize size, int rows, int columns) {
        return size.batch() == 1 ? steps.normal(rows, columns) : steps.normal(size.batch(), rows, columns);
    }

    private static Tensor transposed(Tensor x, boolean yes) {
        return yes ? x.transpose(-2, -1) : x;
    }
}
