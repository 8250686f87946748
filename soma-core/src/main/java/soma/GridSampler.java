package soma;

import java.util.ArrayList;
import java.util.List;
import soma.TensorResampling.Border;
import soma.TensorResampling.Interpolation;

/**
 * One gridSample, written in tensor operations: for each corner around the places, its weight times the image there.
 */
final class GridSampler {
    private final Tensor image;
    private final Border border;
    private final boolean alignCorners;
    private final int axes;
    private final int[] sizes;
    private final List<Tensor> places = new ArrayList<>();
    private final Shape out;

    /** The places are flattened to (N, P), one tensor for each axis of the image, in its order. */
    GridSampler(Tensor x, Tensor grid, Border border, boolean alignCorners) {
        this.image = x.flatten(2);
        this.border = border;
        this.alignCorners = alignCorners;
        this.axes = x.rank() - 2;
        var shape = grid.shape().without(-1).insert(1, x.size(1));
        this.out = shape;
        this.sizes = new int[axes];
        for (int a = 0; a < axes; a++) {
            sizes[a] = x.size(2 + a);
            var g = grid.select(-1, axes - 1 - a).flatten(1);
            places.add(
                    alignCorners
                            ? g.add(1).mul((sizes[a] - 1) / 2.0)
                            : g.add(1).mul(sizes[a] / 2.0).sub(0.5));
        }
    }

    Tensor sample(Interpolation mode) {
        return switch (mode) {
            case NEAREST -> {
                var at = new ArrayList<Tensor>();
                for (int a = 0; a < axes; a++) {
                    at.add(bounded(places.get(a), a).round());
                }
                yield values(at).reshape(out);
            }
            case LINEAR -> linear().reshape(out);
            case CUBIC -> cubic().reshape(out);
            case NEAREST_EXACT, AREA ->
                throw new SomaException(
                        "gridSample: mode " + mode + " is not defined for it; use NEAREST, LINEAR or CUBIC");
        };
    }

    private Tensor linear() {
        var low = new ArrayList<Tensor>();
        var part = new ArrayList<Tensor>();
        for (int a = 0; a < axes; a++) {
            var at = bounded(places.get(a), a);
            low.add(at.floor());
            part.add(at.sub(low.get(a)));
        }
        return corners(
                2,
                (a, k) -> low.get(a).add(k),
                (a, k) -> k == 0 ? part.get(a).neg().add(1) : part.get(a));
    }

    private Tensor cubic() {
        if (axes != 2) {
            throw new SomaException("gridSample: mode CUBIC needs images (N, C, H, W); use LINEAR for volumes");
        }
        var low = new ArrayList<Tensor>();
        var part = new ArrayList<Tensor>();
        for (int a = 0; a < axes; a++) {
            low.add(places.get(a).floor());
            part.add(places.get(a).sub(low.get(a)));
        }
        return corners(
                4,
                (a, k) -> bounded(low.get(a).add(k - 1), a).round(),
                (a, k) ->
                        keys(k < 2 ? part.get(a).add(1 - k) : part.get(a).neg().add(k - 1), k == 0 || k == 3));
    }

    /** Keys 1981, Cubic convolution interpolation, equation 15, at a distance below 1 or from 1 to 2. */
    private static Tensor keys(Tensor d, boolean far) {
        double a = -0.75;
        return far
                ? d.mul(a).sub(5 * a).mul(d).add(8 * a).mul(d).sub(4 * a)
                : d.mul(a + 2).sub(a + 3).mul(d.square()).add(1);
    }

    private interface OfCorner {
        Tensor at(int axis, int k);
    }

    /** Sum over the taps^axes corners of weight times value. */
    private Tensor corners(int taps, OfCorner place, OfCorner weight) {
        int count = (int) Math.round(Math.pow(taps, axes));
        var sum = Tensor.scalar(0, image.dtype());
        for (int c = 0; c < count; c++) {
            var at = new ArrayList<Tensor>();
            var w = Tensor.scalar(1, image.dtype());
            for (int a = 0, rest = c; a < axes; a++, rest /= taps) {
                at.add(place.at(a, rest % taps));
                w = w.mul(weight.at(a, rest % taps));
            }
            sum = sum.add(values(at).mul(w.unsqueeze(1)));
        }
        return sum;
    }

    /** The image (N, C, P) at whole places, 0 outside. */
    private Tensor values(List<Tensor> at) {
        var inside = Tensor.scalar(1).ne(0);
        var index = Tensor.scalar(0L);
        for (int a = 0; a < axes; a++) {
            var p = at.get(a);
            inside = inside.logicalAnd(p.ge(0)).logicalAnd(p.le(sizes[a] - 1));
            index = index.mul(sizes[a]).add(p.clamp(0, sizes[a] - 1).to(DType.INT64));
        }
        int n = image.size(0);
        int channels = image.size(1);
        int p = index.size(-1);
        var wide = index.unsqueeze(1).expand(Shape.of(n, channels, p));
        return Tensor.where(inside.unsqueeze(1), image.gather(2, wide), 0);
    }

    private Tensor bounded(Tensor place, int axis) {
        int n = sizes[axis];
        return switch (border) {
            case ZEROS -> place;
            case EDGE -> place.clamp(0, n - 1);
            case REFLECTION -> {
                double low = alignCorners ? 0 : -0.5;
                double span = alignCorners ? n - 1 : n;
                if (span == 0) {
                    yield place.mul(0);
                }
                var away = place.sub(low).abs();
                var turns = away.div(span).floor().stopGradient();
                var rest = away.sub(turns.mul(span));
                var even = turns.remainder(2).eq(0);
                yield Tensor.where(even, rest, rest.neg().add(span)).add(low).clamp(0, n - 1);
            }
        };
    }
}
