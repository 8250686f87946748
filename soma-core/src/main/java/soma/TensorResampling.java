package soma;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import soma.kernel.AxisTable;
import soma.op.Resample;

/** Images at other sizes and places: interpolation, sampling along a grid. */
public sealed interface TensorResampling permits Tensor {

    /** How a value between the samples is found. */
    enum Interpolation {
        /** The sample at or before the place. */
        NEAREST,
        /** The closest sample. */
        NEAREST_EXACT,
        /** From the two samples around, along each axis. */
        LINEAR,
        /** From four samples, along each axis: Keys' kernel with a = -0.75. */
        CUBIC,
        /** The mean over the area that an output covers. */
        AREA
    }

    /** What a sample outside the image is. */
    enum Border {
        /** 0. */
        ZEROS,
        /** The nearest one at the edge. */
        EDGE,
        /** The inside mirrored. */
        REFLECTION
    }

    /**
     * The axes after the first two at new sizes. {@code alignCorners}: whether the first and last samples stay in
     * place.
     */
    default Tensor interpolate(Interpolation mode, boolean alignCorners, int... size) {
        var x = image("interpolate", size.length);
        for (int i = 0; i < size.length; i++) {
            x = resampled(x, i + 2, mode, alignCorners, size[i], OptionalDouble.empty());
        }
        return x;
    }

    /** The axes after the first two scaled by factors, each new size being rounded down. */
    default Tensor interpolateBy(Interpolation mode, boolean alignCorners, double... scale) {
        var x = image("interpolate", scale.length);
        for (int i = 0; i < scale.length; i++) {
            x = resampled(
                    x,
                    i + 2,
                    mode,
                    alignCorners,
                    (int) Math.floor(x.size(i + 2) * scale[i]),
                    OptionalDouble.of(scale[i]));
        }
        return x;
    }

    private static Tensor resampled(
            Tensor x, int axis, Interpolation mode, boolean alignCorners, int size, OptionalDouble scale) {
        if (size < 1 || x.size(axis) < 1) {
            throw new ShapeException("interpolate: axis " + axis + " of shape " + x.shape() + " to size " + size
                    + "; both must be at least 1");
        }
        var kind = switch (mode) {
            case NEAREST -> AxisTable.Mode.NEAREST;
            case NEAREST_EXACT -> AxisTable.Mode.NEAREST_EXACT;
            case LINEAR -> AxisTable.Mode.LINEAR;
            case CUBIC -> AxisTable.Mode.CUBIC;
            case AREA -> AxisTable.Mode.AREA;
        };
        var table = AxisTable.of(kind, x.size(axis), size, alignCorners, scale);
        return Tensor.of(new Resample(x, axis, table, List.of(mode, alignCorners, scale), false));
    }

    private Tensor image(String asker, int axes) {
        var x = (Tensor) this;
        if (!x.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + x.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        if (x.rank() != axes + 2) {
            throw new ShapeException(asker + ": " + axes + " sizes for shape " + x.shape()
                    + "; expected one for each axis after (N, C)");
        }
        return x;
    }

    /**
     * Samples at the places of {@code grid} (N, out..., D), whose last axis holds (x, y) or (x, y, z) from -1 to 1: (N,
     * C, in...) to (N, C, out...). Modes NEAREST, LINEAR and, for D = 2, CUBIC. Jaderberg et al. 2015, arXiv
     * 1506.02025.
     */
    default Tensor gridSample(Tensor grid, Interpolation mode, Border border, boolean alignCorners) {
        var x = (Tensor) this;
        int d = x.rank() - 2;
        if (d < 2 || d > 3 || grid.rank() != x.rank() || grid.size(-1) != d || grid.size(0) != x.size(0)) {
            throw new ShapeException("gridSample: input " + x.shape() + " and grid " + grid.shape()
                    + "; expected (N, C, H, W) with (N, h, w, 2), or (N, C, D, H, W) with (N, d, h, w, 3)");
        }
        return new GridSampler(x, grid.to(x.dtype()), border, alignCorners).sample(mode);
    }

    /**
     * The grid that an affine map of the plane (N, 2, 3) or of space (N, 3, 4) makes for outputs of shape {@code size}
     * (N, C, out...): (N, out..., D), for {@link #gridSample}.
     */
    default Tensor affineGrid(boolean alignCorners, int... size) {
        var theta = (Tensor) this;
        int d = size.length - 2;
        if (d < 2
                || d > 3
                || theta.rank() != 3
                || theta.size(0) != size[0]
                || theta.size(1) != d
                || theta.size(2) != d + 1) {
            throw new ShapeException("affineGrid: theta " + theta.shape() + " and size " + Arrays.toString(size)
                    + "; expected (N, 2, 3) with (N, C, H, W), or (N, 3, 4) with (N, C, D, H, W)");
        }
        var out = Shape.of(Arrays.copyOfRange(size, 2, size.length));
        var columns = new Tensor[d + 1];
        for (int k = 0; k < d; k++) {
            int axis = d - 1 - k;
            int n = size[2 + axis];
            var i = Tensor.arange(n).to(theta.dtype());
            var place = alignCorners
                    ? n == 1 ? i : i.mul(2.0 / (n - 1)).sub(1)
                    : i.mul(2.0 / n).add(1.0 / n - 1);
            var shape = Shape.of(n);
            for (int j = axis + 1; j < d; j++) {
                shape = shape.insert(shape.rank(), 1);
            }
            columns[k] = place.reshape(shape).expand(out).flatten();
        }
        columns[d] = columns[0].onesLike();
        var places = Tensor.stack(1, columns).matmul(theta.t());
        var shape = out.insert(0, size[0]);
        return places.reshape(shape.insert(shape.rank(), d));
    }
}
