package soma.nn;

import java.util.Arrays;
import java.util.Optional;
import soma.Param;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/** What normalising layers share. */
final class Normalization {
    private Normalization() {}

    static Tensor batch(
            String type,
            Tensor x,
            int fewestAxes,
            int mostAxes,
            Param weight,
            Param bias,
            Param runningMean,
            Param runningVar,
            double momentum,
            double eps) {
        int channels = weight.shape().size();
        if (x.rank() < fewestAxes || x.rank() > mostAxes || x.size(1) != channels) {
            throw new ShapeException(ParamTree.name(type, weight) + ": input has "
                    + (x.rank() < 2 ? "no channels" : x.size(1) + " channels") + " and " + x.rank() + " axes, expected "
                    + channels
                    + " channels and " + (fewestAxes == mostAxes ? "" + fewestAxes : fewestAxes + " to " + mostAxes)
                    + " axes; input shape " + x.shape());
        }
        if (!Soma.isTraining()) {
            return x.batchNorm(runningMean.value(), runningVar.value(), weight.value(), bias.value(), eps);
        }
        int n = x.numel() / Math.max(1, channels);
        if (n < 2) {
            throw new ShapeException(
                    ParamTree.name(type, weight) + ": one value a channel has no variance to train with;"
                            + " expected a batch of at least 2; input shape " + x.shape());
        }
        var normed = x.batchNorm(weight.value(), bias.value(), eps);
        move(runningMean, normed.mean(), momentum);
        move(runningVar, normed.var().mul(n / (n - 1.0)), momentum);
        return normed.y();
    }

    private static void move(Param running, Tensor batch, double momentum) {
        running.set(running.value()
                .mul(1 - momentum)
                .add(batch.stopGradient().mul(momentum).to(running.dtype())));
    }

    static void checkTail(String type, Tensor x, Shape tail, Param weight) {
        int skip = x.rank() - tail.rank();
        if (skip < 0
                || !Arrays.equals(tail.toArray(), Arrays.copyOfRange(x.shape().toArray(), skip, x.rank()))) {
            throw new ShapeException(ParamTree.name(type, weight) + ": the input's last sizes must be " + tail
                    + "; input shape " + x.shape());
        }
    }

    /** Each channel of each example by itself. */
    static Tensor instance(
            String type,
            Tensor x,
            int axes,
            String form,
            int channels,
            Optional<Param> weight,
            Optional<Param> bias,
            double eps) {
        var name = weight.map(w -> ParamTree.name(type, w)).orElse(type);
        checkChannels(name, x, axes, channels, form);
        if (x.rank() != axes) {
            throw channelError(name, x, channels, form);
        }
        if (x.numel() == x.size(0) * channels && x.numel() > 0) {
            throw new ShapeException(name + ": one value a channel has no variance; expected more than one place in"
                    + " each channel; input shape " + x.shape());
        }
        return weight.isPresent() && bias.isPresent()
                ? x.instanceNorm(weight.get().value(), bias.get().value(), eps)
                : x.instanceNorm(eps);
    }

    static void checkChannels(String name, Tensor x, int fewestAxes, int channels, String form) {
        if (x.rank() < fewestAxes || x.size(1) != channels) {
            throw channelError(name, x, channels, form);
        }
    }

    private static ShapeException channelError(String name, Tensor x, int channels, String form) {
        return new ShapeException(name + ": input has " + (x.rank() < 2 ? "no" : x.size(1)) + " channels and "
                + x.rank() + " axes, expected " + channels + " channels in " + form + "; input shape " + x.shape());
    }
}
