package soma.kernel;

/** What a product or convolution does with a finished stretch of its output while it is still in cache: bias, activation, sum. */
@FunctionalInterface
public interface Epilogue {

    /** Nothing to do. */
    Epilogue NONE = (lo, hi, scratch) -> {};

    /** Called once for every element range [lo, hi) of the flat output; the ranges are disjoint and cover it. */
    void range(int lo, int hi, Scratch scratch);
}
