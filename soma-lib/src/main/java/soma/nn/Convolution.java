package soma.nn;

import java.util.Arrays;
import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/** What convolutions over 1, 2 and 3 axes share. */
final class Convolution {
    private Convolution() {}

    static void check(String type, int out, int groups) {
        if (out < 1 || groups < 1 || out % groups != 0) {
            throw new ShapeException(type + ": " + out + " output channels in " + groups
                    + " groups; expected at least one, and a multiple of the groups");
        }
    }

    static Tensor forward(
            String type, Tensor x, Window window, int out, int groups, Param weight, Optional<Param> bias) {
        checkInput(type, x, window, weight, weight.isSized() ? weight.shape().dim(1) * groups : -1);
        if (x.size(1) % groups != 0) {
            throw new ShapeException(ParamTree.name(type, weight) + ": input has " + x.size(1)
                    + " channels, expected a multiple of " + groups + " groups; input shape " + x.shape());
        }
        var size = Shape.of(out, x.size(1) / groups);
        for (int k : window.kernel().toArray()) {
            size = size.insert(size.rank(), k);
        }
        var y = x.conv(
                ParamTree.value(weight, size.toArray()),
                window.stride().toArray(),
                window.padding().toArray(),
                window.dilation().toArray(),
                groups);
        return addBias(y, bias);
    }

    static void checkInput(String type, Tensor x, Window window, Param weight, int channels) {
        int axes = window.axes();
        if (x.rank() != axes + 2) {
            var form = axes == 1 ? "(N, C, L)" : axes == 2 ? "(N, C, H, W)" : "(N, C, D, H, W)";
            throw new ShapeException(ParamTree.name(type, weight) + ": input has " + x.rank() + " axes, expected "
                    + (axes + 2) + " " + form + "; input shape " + x.shape());
        }
        if (channels >= 0 && x.size(1) != channels) {
            throw new ShapeException(ParamTree.name(type, weight) + ": input has " + x.size(1) + " channels, expected "
                    + channels + "; input shape " + x.shape());
        }
    }

    static Tensor addBias(Tensor y, Optional<Param> bias) {
        if (bias.isEmpty()) {
            return y;
        }
        var aligned = new int[y.rank() - 1];
        Arrays.fill(aligned, 1);
        aligned[0] = y.size(1);
        return y.add(ParamTree.value(bias.get(), y.size(1)).reshape(aligned));
    }

    /** A weight (out, in / before, ...) cut anew into groups. */
    static Param grouped(String type, Param weight, int before, int after) {
        if (!weight.isSized()) {
            return weight;
        }
        int in = weight.shape().dim(1) * before;
        if (after < 1 || in % after != 0) {
            throw new ShapeException(type + ": " + in + " input channels do not divide into " + after + " groups");
        }
        return Param.lazy(weight.shape().with(1, in / after), Init.pytorchWeight()::draw);
    }

    static String text(String type, Window window, int out, int groups, Param weight, Optional<Param> bias) {
        return type + "(" + (weight.isSized() ? "" + weight.shape().dim(1) * groups : "?") + ", " + out + ", "
                + window.text(Window.all(window.axes(), 1)) + (groups == 1 ? "" : ", groups " + groups)
                + (bias.isEmpty() ? ", no bias)" : ")");
    }
}
