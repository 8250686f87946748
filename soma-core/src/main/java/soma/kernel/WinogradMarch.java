package soma.kernel;

import static soma.kernel.VectorGemm.PANEL;
import static soma.kernel.VectorGemm.ceil;

/**
 * How panels of tiles pass the first of three axes: all tiles of a panel stay at their place of a plane and take so many
 * steps together. The planes that meet the taps of a step are, but for one, those of the step before, so each is
 * transformed once and not once a tap. Chunks of that axis count as images, which makes more panels; each chunk begins with
 * planes that the one before transforms too. No sum depends on where chunks begin. With two axes a panel takes one step.
 */
record WinogradMarch(WinogradPlan plan, int steps, int chunks) {

    /** With more, the planes that chunks share are hardly any. */
    private static final int MOST_STEPS = 32;

    /** Floats of points with which a march of many steps is not slower: 2 MB, the cache of a core. */
    private static final int FLOATS = 1 << 19;

    /** Panels of so many steps. */
    static WinogradMarch of(WinogradPlan plan, int steps) {
        return new WinogradMarch(plan, steps, ceil(plan.steps, steps));
    }

    /** The quickest for so many threads. */
    static WinogradMarch best(WinogradPlan plan, int threads) {
        var best = of(plan, 1);
        for (int steps = 2; steps <= Math.min(MOST_STEPS, plan.steps); steps++) {
            var other = of(plan, steps);
            boolean fits = plan.points * other.slots() * plan.planeChannels() * PANEL <= FLOATS;
            best = fits && other.time(threads) < best.time(threads) ? other : best;
        }
        return best;
    }

    /** Cycles of the thread that has most to do, a point of 16 tiles; threads that begin late leave a task to wait for. */
    private double time(int threads) {
        int split = split(threads);
        double each = planes() * plan.planeCycles() + steps * plan.stepCycles() / split;
        return (ceil(panels() * split, threads) + (threads - 1.0) / threads) * each;
    }

    int tiles() {
        return plan.images * chunks * plan.down.tiles() * plan.across.tiles();
    }

    int panels() {
        return ceil(tiles(), PANEL);
    }

    /** Tiles of a panel. */
    int tiles(int panel) {
        return Math.min(PANEL, tiles() - panel * PANEL);
    }

    /** Planes of each channel that a panel transforms. */
    int planes() {
        return steps + plan.depthTaps - 1;
    }

    /** Planes of each channel there is room for: with fewer than all, those that a step shares with the last one move. */
    int slots() {
        return Math.min(planes(), 2 * plan.depthTaps - 1);
    }

    /**
     * Whether what is transformed for all rows would be used once: then it is made for a tile of rows at a time, and never
     * passes memory. For 512 channels on both sides it is 38 MB.
     */
    boolean once() {
        return panels() == 1 && steps == 1;
    }

    /**
     * Parts of the rows of a panel, a task each. More parts than panels transform their pixels more than once, which costs
     * less than an idle thread.
     */
    int split(int threads) {
        int panels = panels();
        return panels % threads == 0 || panels >= 4 * threads ? 1 : Math.min(threads, plan.weightTiles());
    }
}
