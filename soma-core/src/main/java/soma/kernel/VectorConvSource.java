package soma.kernel;

import static soma.kernel.VectorConvTiles.VL;

import java.util.Arrays;

/**
 * Where the taps of a unit are read: in the source itself, or in a padded copy.
 *
 * @param at the first channel of the group, were it all there
 * @param pitch from one image to the next
 */
record VectorConvSource(float[] floats, int at, int pitch) {

    /** The source as it is, of a plan that reads it in place. */
    static VectorConvSource inPlace(ConvPlan plan, ConvUnit unit, int group, float[] x, int xo) {
        return new VectorConvSource(
                x,
                xo + plan.sourceBase(unit.image(), group) + shift(plan, unit),
                plan.groups * plan.channels * plan.sourcePlane);
    }

    /** A copy of channels [c0, c1) of the group. */
    static VectorConvSource copy(
            ConvPlan plan, ConvUnit unit, int group, int c0, int c1, float[] x, int xo, Scratch scratch) {
        int pitch = (c1 - c0) * plan.channelPitch;
        var copy = scratch.floats(23, size(plan, unit.images(), c1 - c0));
        pad(plan, unit, group, c0, c1, x, xo, copy, 0);
        return new VectorConvSource(copy, shift(plan, unit) - c0 * plan.channelPitch, pitch);
    }

    /** Floats of a copy: vectors reach beyond its end. */
    static int size(ConvPlan plan, int images, int channels) {
        return images * channels * plan.channelPitch + VL;
    }

    static void pad(
            ConvPlan plan, ConvUnit unit, int group, int c0, int c1, float[] x, int xo, float[] target, int to) {
        int at = to;
        for (int i = 0; i < unit.images(); i++, at += (c1 - c0) * plan.channelPitch) {
            VectorConvPad.pad(
                    plan,
                    x,
                    xo + plan.sourceBase(unit.image() + i, group) + c0 * plan.sourcePlane,
                    c1 - c0,
                    plan.inPlace ? 0 : unit.h0(),
                    plan.inPlace ? 0 : unit.w0(),
                    target,
                    at);
        }
        Arrays.fill(target, at, at + VL, 0f); // read, and multiplied by zeros
    }

    /** What is read in place, or copied as it is, has the rows before the unit too. */
    private static int shift(ConvPlan plan, ConvUnit unit) {
        return plan.inPlace ? unit.h0() * plan.source[1] * plan.source[2] + unit.w0() : 0;
    }
}
