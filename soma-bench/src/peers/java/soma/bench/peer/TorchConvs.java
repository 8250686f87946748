package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import soma.bench.sizes.ConvSize;

/** Convolutions forward, and the gradients of input and weight in one call. */
final class TorchConvs {
    private TorchConvs() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        for (var size : ConvSize.ALL) {
            cases.put(size.id() + "-fwd", () -> forward(size));
            cases.put(size.id() + "-back", () -> backward(size));
        }
    }

    private static Runnable forward(ConvSize s) {
        var x = randn(s.input());
        var w = randn(s.weight());
        var none = new TensorOptional();
        var stride = each(s, s.stride());
        var padding = each(s, s.padding());
        var one = each(s, 1);
        var zero = each(s, 0);
        return TorchSteps.withoutGradients(
                () -> torch.convolution(x, w, none, stride, padding, one, s.transposed(), zero, s.groups()));
    }

    private static Runnable backward(ConvSize s) {
        var x = randn(s.input());
        var w = randn(s.weight());
        var dy = randn(s.output());
        var stride = each(s, s.stride());
        var padding = each(s, s.padding());
        var one = each(s, 1);
        var zero = each(s, 0);
        var wanted = new BoolPointer(3).put(0, true).put(1, true).put(2, false);
        return TorchSteps.withoutGradients(() -> torch.convolution_backward(
                dy, x, w, new LongArrayRefOptional(), stride, padding, one, s.transposed(), zero, s.groups(), wanted));
    }

    private static long[] each(ConvSize s, long value) {
        var all = new long[s.axes()];
        Arrays.fill(all, value);
        return all;
    }
}
