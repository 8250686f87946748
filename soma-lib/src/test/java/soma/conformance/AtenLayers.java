package soma.conformance;

import java.util.List;
import java.util.stream.IntStream;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.TensorResampling.Border;
import soma.TensorResampling.Interpolation;
import soma.nn.BatchNorm1d;
import soma.nn.BatchNorm2d;
import soma.nn.Layer;

/** Normalisation, pooling, resampling, dropout. */
final class AtenLayers {
    private AtenLayers() {}

    static void addTo(Operators table) {
        norms(table);
        pooling(table);
        resampling(table);
        table.add("dropout(input, p, train)", a -> {
            if (a.b("train") && a.d("p") > 0) {
                throw new MissingOperator("torch.dropout with draws of its own");
            }
            return a.x();
        });
    }

    // ---- norms

    private static void norms(Operators table) {
        table.add(
                "batch_norm(input, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5,"
                        + " cudnn_enabled=False)",
                AtenLayers::batchNorm);
        table.add(
                "instance_norm(input, weight=None, bias=None, running_mean=None, running_var=None,"
                        + " use_input_stats=True, momentum=0.1, eps=1e-5, cudnn_enabled=False)",
                a -> {
                    if (!a.b("use_input_stats") || a.has("running_mean")) {
                        throw new MissingOperator("torch.instance_norm with running statistics");
                    }
                    return a.has("weight") || a.has("bias")
                            ? a.x().instanceNorm(weight(a, a.x().size(1)), bias(a, a.x().size(1)), a.d("eps"))
                            : a.x().instanceNorm(a.d("eps"));
                });
        table.add("layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=False)", a -> {
            var shape = a.shape("normalized_shape");
            return a.has("weight") || a.has("bias")
                    ? a.x().layerNorm(
                                    a.t("weight", Tensor.ones(a.x().dtype(), shape)),
                                    a.t("bias", Tensor.zeros(a.x().dtype(), shape)),
                                    a.d("eps"))
                    : a.x().layerNorm(shape.rank(), a.d("eps"));
        });
        table.add(
                "rms_norm(input, normalized_shape, weight=None, eps=1e-5)",
                a -> a.x().rmsNorm(a.t("weight", Tensor.ones(a.x().dtype(), a.shape("normalized_shape"))), a.d("eps")));
        table.add("group_norm(input, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=False)", a -> {
            int c = a.x().size(1);
            return a.has("weight") || a.has("bias")
                    ? a.x().groupNorm(a.i("num_groups"), weight(a, c), bias(a, c), a.d("eps"))
                    : a.x().groupNorm(a.i("num_groups"), a.d("eps"));
        });
        table.add(
                "local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0)",
                a -> a.x().localResponseNorm(a.i("size"), a.d("alpha"), a.d("beta"), a.d("k")));
        table.add("normalize(input, p=2.0, dim=1, eps=1e-12)", a -> a.x().normalize(a.d("p"), a.i("dim")));
        table.add("norm_except_dim(v, pow=2, dim=0)", a -> normExcept(a.t("v"), a.d("pow"), a.i("dim")));
        table.add(
                "_weight_norm(v, g, dim=0)",
                a -> a.t("v").mul(a.t("g").div(normExcept(a.t("v"), 2, a.i("dim")))),
                "weight_norm");
    }

    /** The norms of the slices along one axis, all others kept at size 1. */
    private static Tensor normExcept(Tensor v, double p, int axis) {
        int[] others = IntStream.range(0, v.rank())
                .filter(i -> axis == -1 || i != axis)
                .toArray();
        return v.keepdim(t -> t.norm(p, others), others);
    }

    private static Tensor weight(Arguments a, int channels) {
        return a.t("weight", Tensor.ones(a.x().dtype(), Shape.of(channels)));
    }

    private static Tensor bias(Arguments a, int channels) {
        return a.t("bias", Tensor.zeros(a.x().dtype(), Shape.of(channels)));
    }

    private static Tensor batchNorm(Arguments a) {
        var x = a.x();
        int c = x.size(1);
        double eps = a.d("eps");
        if (!a.b("training")) {
            return x.batchNorm(a.t("running_mean"), a.t("running_var"), weight(a, c), bias(a, c), eps);
        }
        if (a.has("running_mean")) {
            // The layer moves the running statistics; its parameters play no part in that.
            var mean = Param.state(plain(a.t("running_mean")));
            var var = Param.state(plain(a.t("running_var")));
            var ones = Param.of(Tensor.ones(x.dtype(), Shape.of(c)));
            var zeros = Param.of(Tensor.zeros(x.dtype(), Shape.of(c)));
            Layer layer = x.rank() == 4
                    ? new BatchNorm2d(ones, zeros, mean, var, a.d("momentum"), eps)
                    : new BatchNorm1d(ones, zeros, mean, var, a.d("momentum"), eps);
            var input = x.rank() == 5 ? x.flatten(3, 4).flatten(2, 3) : x;
            Soma.training(Rng.seed(1), () -> {
                layer.forward(input);
                return List.of();
            });
            a.replace(a.t("running_mean"), mean.value());
            a.replace(a.t("running_var"), var.value());
        }
        return x.batchNorm(weight(a, c), bias(a, c), eps).y();
    }

    private static Tensor plain(Tensor t) {
        return Tensor.wrap(t.array(), t.dtype(), t.shape());
    }

    // ---- pooling

    private static void pooling(Operators table) {
        for (int n = 1; n <= 3; n++) {
            int axes = n;
            table.add(
                    "max_pool" + n + "d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False)",
                    a -> maxPool(a, axes));
            table.add(
                    "max_pool" + n
                            + "d_with_indices(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False)",
                    a -> List.of(maxPool(a, axes)));
            table.add(
                    "avg_pool" + n
                            + "d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,"
                            + " divisor_override=None)",
                    a -> {
                        int[] kernel = a.ints("kernel_size", axes);
                        var y = a.x().avgPool(
                                        kernel,
                                        stride(a, axes),
                                        a.ints("padding", axes),
                                        a.b("ceil_mode"),
                                        a.b("count_include_pad"));
                        if (!a.has("divisor_override")) {
                            return y;
                        }
                        if (a.b("ceil_mode") || !a.b("count_include_pad")) {
                            throw new MissingOperator("torch.avg_pool with a divisor and ceil_mode");
                        }
                        return y.mul(
                                java.util.Arrays.stream(kernel).reduce(1, (p, q) -> p * q) / a.d("divisor_override"));
                    });
            table.add("adaptive_avg_pool" + n + "d(input, output_size)", a -> a.x().adaptiveAvgPool(sizes(a, axes)));
            table.add(
                    "adaptive_max_pool" + n + "d(input, output_size)",
                    a -> List.of(a.x().adaptiveMaxPool(sizes(a, axes))));
            table.add(
                    "lp_pool" + n + "d(input, norm_type, kernel_size, stride=None, ceil_mode=False)",
                    a -> a.x().lpPool(
                                    a.d("norm_type"), a.ints("kernel_size", axes), stride(a, axes), a.b("ceil_mode")));
        }
    }

    private static Tensor maxPool(Arguments a, int axes) {
        return a.x().maxPool(
                        a.ints("kernel_size", axes),
                        stride(a, axes),
                        a.ints("padding", axes),
                        a.ints("dilation", axes),
                        a.b("ceil_mode"));
    }

    private static int[] stride(Arguments a, int axes) {
        return a.ints(a.ints("stride").length == 0 ? "kernel_size" : "stride", axes);
    }

    /** Output sizes; None keeps an axis, which Soma writes as -1. */
    private static int[] sizes(Arguments a, int axes) {
        if (a.value("output_size") instanceof List<?> list) {
            return list.stream()
                    .mapToInt(v -> v == null ? -1 : Math.toIntExact(Arguments.integer(v)))
                    .toArray();
        }
        return a.ints("output_size", axes);
    }

    // ---- resampling

    private static void resampling(Operators table) {
        var kinds = java.util.Map.of(
                "upsample_nearest%dd",
                Interpolation.NEAREST, "_upsample_nearest_exact%dd", Interpolation.NEAREST_EXACT);
        for (int n = 1; n <= 3; n++) {
            int axes = n;
            kinds.forEach((name, mode) -> table.add(
                    name.formatted(axes) + "(input, output_size, *scales)", a -> upsample(a, axes, mode, false)));
        }
        var linear = List.of("linear1d", "bilinear2d", "trilinear3d");
        for (int n = 1; n <= 3; n++) {
            int axes = n;
            table.add(
                    "upsample_" + linear.get(n - 1) + "(input, output_size, align_corners, *scales)",
                    a -> upsample(a, axes, Interpolation.LINEAR, a.b("align_corners")));
        }
        table.add(
                "upsample_bicubic2d(input, output_size, align_corners, *scales)",
                a -> upsample(a, 2, Interpolation.CUBIC, a.b("align_corners")));
        table.add(
                "interpolate(input, size=None, scale_factor=None, mode='nearest', align_corners=None,"
                        + " recompute_scale_factor=None, antialias=False)",
                AtenLayers::interpolate);
        table.add(
                "grid_sampler(input, grid, interpolation_mode, padding_mode, align_corners)",
                AtenLayers::gridSample,
                "grid_sampler_2d",
                "grid_sampler_3d",
                "grid_sample");
        table.add(
                "affine_grid_generator(theta, size, align_corners)",
                a -> a.t("theta").affineGrid(a.b("align_corners"), a.ints("size")),
                "affine_grid");
    }

    /** Both overloads: sizes with a scale for each axis or none, and sizes or a list of scales. */
    private static Tensor upsample(Arguments a, int axes, Interpolation mode, boolean alignCorners) {
        var scales = switch (a.value("scales")) {
            case List<?> list ->
                list.stream()
                        .filter(s -> s != null)
                        .mapToDouble(Arguments::number)
                        .toArray();
            case null -> new double[0];
            case Object one -> new double[] {Arguments.number(one)};
        };
        boolean scaled = scales.length == axes;
        if (scaled && a.has("output_size")) {
            int[] size = a.ints("output_size", axes);
            for (int i = 0; i < axes; i++) {
                scaled &= (int) Math.floor(a.x().size(i + 2) * scales[i]) == size[i];
            }
        }
        return scaled
                ? a.x().interpolateBy(mode, alignCorners, scales)
                : a.x().interpolate(mode, alignCorners, a.ints("output_size", axes));
    }

    private static Tensor interpolate(Arguments a) {
        int axes = a.x().rank() - 2;
        var mode = switch (a.s("mode")) {
            case "nearest" -> Interpolation.NEAREST;
            case "nearest-exact" -> Interpolation.NEAREST_EXACT;
            case "linear", "bilinear", "trilinear" -> Interpolation.LINEAR;
            case "bicubic" -> Interpolation.CUBIC;
            case "area" -> Interpolation.AREA;
            default -> throw new MissingOperator("torch.interpolate in mode " + a.s("mode"));
        };
        boolean align = a.has("align_corners") && a.b("align_corners");
        if (a.has("size")) {
            return a.x().interpolate(mode, align, a.ints("size", axes));
        }
        var scales = new double[axes];
        for (int i = 0; i < axes; i++) {
            scales[i] = a.value("scale_factor") instanceof List<?> list
                    ? Arguments.number(list.get(Math.min(i, list.size() - 1)))
                    : a.d("scale_factor");
        }
        return a.x().interpolateBy(mode, align, scales);
    }

    private static Tensor gridSample(Arguments a) {
        var mode = switch (a.s("interpolation_mode")) {
            case "0", "bilinear" -> Interpolation.LINEAR;
            case "1", "nearest" -> Interpolation.NEAREST;
            default -> Interpolation.CUBIC;
        };
        var border = switch (a.s("padding_mode")) {
            case "0", "zeros" -> Border.ZEROS;
            case "1", "border" -> Border.EDGE;
            default -> Border.REFLECTION;
        };
        return a.x().gridSample(a.t("grid"), mode, border, a.b("align_corners"));
    }
}
