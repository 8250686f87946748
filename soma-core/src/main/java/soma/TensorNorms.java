package soma;

import soma.op.BatchNorm;
import soma.op.GroupNorm;
import soma.op.LayerNorm;
import soma.op.RmsNorm;

/** Normalisation: of rows, of channels, of groups of channels, of lengths. */
public sealed interface TensorNorms permits Tensor {

    /**
     * What {@link #batchNorm(Tensor, Tensor, double)} finds: the normalised values, and the mean and biased variance of
     * each channel.
     */
    record BatchNormed(Tensor y, Tensor mean, Tensor var) {}

    /**
     * (x - mean) / sqrt(var + eps) * weight + bias over the last axes, those of {@code weight}, with the biased
     * variance. Ba, Kiros, Hinton 2016, arXiv 1607.06450.
     */
    default Tensor layerNorm(Tensor weight, Tensor bias, double eps) {
        var x = floats("layerNorm");
        int n = normalised("layerNorm", x, weight);
        if (!bias.shape().equals(weight.shape())) {
            throw new ShapeException(
                    "layerNorm: weight " + weight.shape() + " and bias " + bias.shape() + " differ in shape");
        }
        var rows = x.reshape(Shape.of(x.numel() / Math.max(1, n), n));
        var w = weight.to(x.dtype()).reshape(Shape.of(n));
        return Tensor.of(new LayerNorm(rows, w, bias.to(x.dtype()).reshape(Shape.of(n)), eps))
                .pick(0)
                .reshape(x.shape());
    }

    /** (x - mean) / sqrt(var + eps) over the last {@code axes} axes. */
    default Tensor layerNorm(int axes, double eps) {
        var x = floats("layerNorm");
        if (axes < 1 || axes > x.rank()) {
            throw new ShapeException(
                    "layerNorm: over the last " + axes + " axes of shape " + x.shape() + ", which has " + x.rank());
        }
        var d = x.shape().toArray();
        var last = Shape.of(java.util.Arrays.copyOfRange(d, d.length - axes, d.length));
        return layerNorm(Tensor.ones(x.dtype(), last), Tensor.zeros(x.dtype(), last), eps);
    }

    /**
     * x / sqrt(mean x^2 + eps) * weight over the last axes, those of {@code weight}. Zhang, Sennrich 2019, arXiv
     * 1910.07467.
     */
    default Tensor rmsNorm(Tensor weight, double eps) {
        var x = floats("rmsNorm");
        int n = normalised("rmsNorm", x, weight);
        var rows = x.reshape(Shape.of(x.numel() / Math.max(1, n), n));
        return Tensor.of(new RmsNorm(rows, weight.to(x.dtype()).reshape(Shape.of(n)), eps))
                .pick(0)
                .reshape(x.shape());
    }

    /**
     * Batch norm as in training: each channel (axis 1) of x (N, C, ...) with its own mean and biased variance over the
     * batch, then times weight plus bias, both (C). Ioffe, Szegedy 2015, arXiv 1502.03167.
     */
    default BatchNormed batchNorm(Tensor weight, Tensor bias, double eps) {
        var x = floats("batchNorm");
        checkChannels("batchNorm", x, weight, bias);
        var all = Tensor.of(new BatchNorm(x, weight.to(x.dtype()), bias.to(x.dtype()), eps));
        return new BatchNormed(all.pick(0), all.pick(1), all.pick(2));
    }

    /** Batch norm as in inference, with given mean and variance of each channel. */
    default Tensor batchNorm(Tensor mean, Tensor var, Tensor weight, Tensor bias, double eps) {
        var x = floats("batchNorm");
        checkChannels("batchNorm", x, mean, var);
        checkChannels("batchNorm", x, weight, bias);
        var scale = weight.mul(var.add(eps).rsqrt());
        return perChannel(x, scale, bias.sub(mean.mul(scale)));
    }

    /**
     * Each group of channels of x (N, C, ...) with its own mean and variance in each example, then times weight plus
     * bias, both (C). Wu, He 2018, arXiv 1803.08494.
     */
    default Tensor groupNorm(int groups, Tensor weight, Tensor bias, double eps) {
        var x = floats("groupNorm");
        checkChannels("groupNorm", x, weight, bias);
        if (groups < 1 || x.size(1) % groups != 0) {
            throw new ShapeException("groupNorm: " + groups + " groups of the channels (axis 1) of shape " + x.shape()
                    + "; the channels must divide evenly into the groups");
        }
        return Tensor.of(new GroupNorm(x, weight.to(x.dtype()), bias.to(x.dtype()), groups, eps))
                .pick(0);
    }

    /** Group norm without weight and bias. */
    default Tensor groupNorm(int groups, double eps) {
        var x = floats("groupNorm");
        if (x.rank() < 2) {
            throw new ShapeException("groupNorm: shape " + x.shape() + " has no channels (axis 1)");
        }
        var channels = Shape.of(x.size(1));
        return groupNorm(groups, Tensor.ones(x.dtype(), channels), Tensor.zeros(x.dtype(), channels), eps);
    }

    /** Each channel of each example with its own mean and variance, then times weight plus bias. arXiv 1607.08022. */
    default Tensor instanceNorm(Tensor weight, Tensor bias, double eps) {
        return groupNorm(((Tensor) this).size(1), weight, bias, eps);
    }

    /** Instance norm without weight and bias. */
    default Tensor instanceNorm(double eps) {
        return groupNorm(((Tensor) this).size(1), eps);
    }

    /**
     * x / (k + alpha mean x^2)^beta, the mean over {@code size} neighbouring channels. Krizhevsky et al. 2012, section
     * 3.3.
     */
    default Tensor localResponseNorm(int size, double alpha, double beta, double k) {
        var x = floats("localResponseNorm");
        if (x.rank() < 2 || size < 1) {
            throw new ShapeException("localResponseNorm: over " + size + " channels of shape " + x.shape()
                    + "; expected at least 1, and a channel axis 1");
        }
        var squares = x.square().padZeros(1, size / 2, (size - 1) / 2);
        var sum = squares.slice(1, 0, x.size(1));
        for (int i = 1; i < size; i++) {
            sum = sum.add(squares.slice(1, i, i + x.size(1)));
        }
        return x.div(sum.mul(alpha / size).add(k).pow(beta));
    }

    /** x / max(norm, 1e-12), the p-norm along an axis. */
    default Tensor normalize(double p, int axis) {
        var x = floats("normalize");
        return x.div(x.keepdim(t -> t.norm(p, axis), axis).maximum(1e-12));
    }

    /** x / max(norm, 1e-12), the Euclidean norm along an axis. */
    default Tensor normalize(int axis) {
        return normalize(2, axis);
    }

    private static Tensor perChannel(Tensor x, Tensor scale, Tensor shift) {
        var shape = Shape.of(x.size(1));
        for (int i = 2; i < x.rank(); i++) {
            shape = shape.insert(shape.rank(), 1);
        }
        return x.mul(scale.reshape(shape)).add(shift.reshape(shape));
    }

    private static void checkChannels(String asker, Tensor x, Tensor a, Tensor b) {
        if (x.rank() < 2 || a.rank() != 1 || b.rank() != 1 || a.size(0) != x.size(1) || b.size(0) != x.size(1)) {
            throw new ShapeException(asker + ": input " + x.shape() + " with values of each channel " + a.shape()
                    + " and " + b.shape() + "; expected (N, C, ...) with (C) and (C)");
        }
    }

    private static int normalised(String asker, Tensor x, Tensor weight) {
        int skip = x.rank() - weight.rank();
        boolean fits = skip >= 0 && weight.rank() > 0;
        for (int i = 0; fits && i < weight.rank(); i++) {
            fits = weight.size(i) == x.size(skip + i);
        }
        if (!fits) {
            throw new ShapeException(
                    asker + ": weight " + weight.shape() + " must have the last axes of the input " + x.shape());
        }
        return weight.numel();
    }

    private Tensor floats(String asker) {
        var x = (Tensor) this;
        if (!x.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        return x;
    }
}
