package soma.kernel;

/**
 * How many values become one. MAX and MIN give NaN as soon as one value is NaN; ANY and ALL give 1 or 0, and NaN
 * counts as true.
 */
public enum Fold {
    SUM,
    PROD,
    MAX,
    MIN,
    ANY,
    ALL
}
