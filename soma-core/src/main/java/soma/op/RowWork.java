package soma.op;

import soma.Shape;
import soma.kernel.Workers;

/** Shares the rows of a tensor, its last axis being the row, over the threads: about 16,384 elements a task, whatever the threads. */
final class RowWork {
    private static final int GRAIN = 16_384;

    /** Works on rows lo .. hi-1 of length n. */
    @FunctionalInterface
    interface Body {
        void rows(int lo, int hi, int n);
    }

    /** Works on rows lo .. hi-1. */
    @FunctionalInterface
    interface Range {
        void rows(int lo, int hi);
    }

    private RowWork() {}

    static void run(Workers workers, Shape shape, Body body) {
        int n = shape.dim(-1);
        share(workers, shape.product(0, shape.rank() - 1), n, (lo, hi) -> body.rows(lo, hi, n));
    }

    /** {@code rows} rows of {@code n} elements each. */
    static void share(Workers workers, int rows, int n, Range body) {
        int each = Math.max(1, GRAIN / Math.max(1, n));
        int tasks = Math.ceilDiv(rows, each);
        if (tasks <= 1) {
            body.rows(0, rows);
        } else {
            workers.run(tasks, (i, scratch) -> body.rows(i * each, Math.min(rows, i * each + each)));
        }
    }
}
