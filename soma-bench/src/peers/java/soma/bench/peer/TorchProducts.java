package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import soma.bench.sizes.ProductSize;

/** Matrix products into a tensor that is there already. */
final class TorchProducts {
    private TorchProducts() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        for (var size : ProductSize.ALL) {
            cases.put(size.id(), () -> product(size));
        }
    }

    private static Runnable product(ProductSize s) {
        if (s.isVector()) {
            var a = randn(s.m(), s.k());
            var x = randn(s.k());
            var y = torch.zeros(s.m());
            return TorchSteps.withoutGradients(() -> torch.mv_out(y, a, x));
        }
        if (s.batch() > 1) {
            var a = randn(s.batch(), s.m(), s.k());
            var b = randn(s.batch(), s.k(), s.n());
            var c = torch.zeros(s.batch(), s.m(), s.n());
            return TorchSteps.withoutGradients(() -> torch.bmm_out(c, a, b));
        }
        var a = operand(s.m(), s.k(), s.transposedA());
        var b = operand(s.k(), s.n(), s.transposedB());
        var c = torch.zeros(s.m(), s.n());
        return TorchSteps.withoutGradients(() -> torch.mm_out(c, a, b));
    }

    private static Tensor operand(long rows, long columns, boolean transposed) {
        return transposed ? randn(columns, rows).t() : randn(rows, columns);
    }
}
