package soma.kernel;

/**
 * Rows of all heads of all examples in an array: an example's rows begin {@code batch} elements after those of the one
 * before, a row {@code row} after the one before, heads side by side in a row.
 */
public record HeadRows<A>(A array, int from, int batch, int row) {

    int at(int example, int head, int width) {
        return from + example * batch + head * width;
    }
}
