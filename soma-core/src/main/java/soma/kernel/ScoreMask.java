package soma.kernel;

/** What is added to scores, at {@code from + example batch + head head + query row + key}; a step of 0 repeats it. */
public record ScoreMask<A>(A array, int from, int batch, int head, int row) {

    int at(int example, int h, int query) {
        return from + example * batch + h * head + query * row;
    }
}
