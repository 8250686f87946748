package soma.op;

import soma.Tensor;

/**
 * Linear recurrences in a logarithmic number of tensor operations, by doubling (Hillis and Steele 1986), so that they
 * differentiate.
 */
final class Recurrence {

    private Recurrence() {}

    /** t[i] = b[i] + a[i] t[i + 1] along an axis, t beyond the end being 0. */
    static Tensor backwards(Tensor a, Tensor b, int axis) {
        int n = b.size(axis);
        var t = b;
        var factor = a;
        for (int step = 1; step < n; step *= 2) {
            t = t.add(factor.mul(ahead(t, axis, step)));
            if (2 * step < n) {
                factor = factor.mul(ahead(factor, axis, step));
            }
        }
        return t;
    }

    /** y[i] = x[i + step], 0 beyond the end. */
    static Tensor ahead(Tensor x, int axis, int step) {
        int n = x.size(axis);
        return x.slice(axis, Math.min(step, n), n).padZeros(axis, 0, Math.min(step, n));
    }
}
