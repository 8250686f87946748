package soma.kernel;

/**
 * Windows over one to three spatial axes: sliding ({@link PoolShape}) or as many as the output has ({@link
 * AdaptiveShape}).
 */
public sealed interface Pooling permits PoolShape, AdaptiveShape {

    /** Planes, usually batch times channels: x is (planes, in...), y is (planes, out...). */
    int planes();

    /** Spatial sizes of x. */
    int[] in();

    /** Spatial sizes of y. */
    int[] out();
}
