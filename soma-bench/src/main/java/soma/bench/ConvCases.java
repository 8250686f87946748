package soma.bench;

import java.util.Arrays;
import java.util.List;
import soma.Tensor;
import soma.bench.sizes.ConvSize;
import soma.nn.Conv1d;
import soma.nn.Conv2d;
import soma.nn.Conv3d;
import soma.nn.ConvTranspose2d;
import soma.nn.Layer;

/** Convolution layers: forward, and the gradients of input and weight. */
final class ConvCases {
    private static final String GROUP = "conv";

    private ConvCases() {}

    static void add(Steps steps, List<Case> cases) {
        for (var size : ConvSize.ALL) {
            cases.add(new Case(
                    size.id() + "-fwd",
                    GROUP,
                    Case.Work.of(size.operations(), size.bytes()),
                    () -> steps.inferInto(layer(size), input(steps, size))));
            cases.add(new Case(
                    size.id() + "-back",
                    GROUP,
                    Case.Work.of(2 * size.operations(), size.bytesBackward()),
                    () -> steps.backward(layer(size), input(steps, size))));
        }
    }

    private static Tensor input(Steps steps, ConvSize size) {
        return steps.normal(
                Arrays.stream(size.input()).mapToInt(Math::toIntExact).toArray());
    }

    private static Layer layer(ConvSize s) {
        if (s.transposed()) {
            return new ConvTranspose2d(s.in(), s.out(), s.kernel())
                    .stride(s.stride())
                    .pad(s.padding())
                    .withoutBias();
        }
        return switch (s.axes()) {
            case 1 -> new Conv1d(s.in(), s.out(), s.kernel()).pad(s.padding()).withoutBias();
            case 2 -> {
                var conv = new Conv2d(s.in(), s.out(), s.kernel())
                        .stride(s.stride())
                        .pad(s.padding());
                yield (s.groups() == 1 ? conv : conv.groups(s.groups())).withoutBias();
            }
            default -> new Conv3d(s.in(), s.out(), s.kernel()).pad(s.padding()).withoutBias();
        };
    }
}
