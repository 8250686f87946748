package soma.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A vector kernel on its way from cold to hot. Vector code is hundreds of times slower than plain code until C2 has
 * compiled it, which takes up to half a second: as long as {@link #isCold}, its callers run a scalar twin that gives
 * the same bits, and a thread in the background runs the vector code on numbers that nobody needs, which is what makes
 * the JVM compile it. It counts as hot when it has been seen to be fast.
 * <p>The first training step of an MLP is done after half the time, and C2 has less to do: a kernel is compiled once
 * and not first in the middle of a long loop, and the library beneath it hardly runs uncompiled. A few calls with
 * nothing to do are what the JVM's first compiler counts; some hundred calls with a short loop are what C2 counts, and
 * learns from.
 */
abstract class Warming {

    /** Elements that the twin does before it pays to warm the vector code: some tenths of a millisecond. */
    static final int ENOUGH = 100_000;

    /** Nanoseconds: more than compiled vector code takes for an instruction, less than any other takes. */
    private static final int FAST = 8;

    /** Turns that touch all of a loop, also one that takes two at a time. */
    private static final int FEW = 3;

    private static final int IDLE_CALLS = 250;
    /** Looks for a sign of the first compiler; where the library beneath is compiled already there may be none. */
    private static final int MOST_LOOKS = 100;

    private static final int BUSY_CALLS = 700;
    /** Nanoseconds between looks, longer and longer: without C2 nothing ever becomes hot, and the twins stay. */
    private static final long NAP = 500_000;

    private static final long LONGEST_NAP = 100_000_000;

    /** How many kernels are warmed side by side: what one compiler does for the next, while the other is busy. */
    private static final int AT_ONCE = 2;

    private static final List<Warming> WAITING = new ArrayList<>();
    private static volatile boolean running;

    /** Whether a kernel is on its way: then the compilers want the processors that idle threads would spin on. */
    static boolean isRunning() {
        return running;
    }

    /** With the system property {@code soma.warming=off} all run their vector code at once, which is what tests want. */
    private static final boolean OFF = "off".equals(System.getProperty("soma.warming"));

    /** Read by many threads and written once: whoever reads the old value runs the twin once more. */
    boolean hot = OFF;

    private boolean asked;
    private long done;
    private int busy;
    private int looks;
    private long first;

    /** Runs the vector code, on some numbers of its own, for so many turns of its inner loop. */
    abstract void sample(int turns);

    /** Vector instructions in a turn. */
    abstract int instructions();

    /** How many turns a busy sample takes. */
    int turns() {
        return 32;
    }

    /** What the twin does before this kernel is warmed. */
    long enough() {
        return ENOUGH;
    }

    /** Lower is sooner. */
    int rank() {
        return 1;
    }

    /** Whether to run the twin this time, on so many elements. */
    final boolean isCold(long elements) {
        if (hot) {
            return false;
        }
        done += elements;
        if (done >= enough() && !asked) {
            ask(this);
        }
        return true;
    }

    private static void ask(Warming kernel) {
        synchronized (WAITING) {
            if (kernel.asked) {
                return;
            }
            kernel.asked = true;
            WAITING.add(kernel);
            if (!running) {
                running = true;
                var thread = new Thread(new Background(), "soma-warming");
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static final class Background implements Runnable {
        private final List<Warming> current = new ArrayList<>();

        @Override
        public void run() {
            long nap = NAP;
            while (fill()) {
                for (int i = current.size() - 1; i >= 0; i--) {
                    current.get(i).round();
                    if (current.get(i).hot) {
                        current.remove(i);
                        nap = NAP;
                    }
                }
                LockSupport.parkNanos(nap);
                nap = Math.min(LONGEST_NAP, nap + nap / 1024);
            }
        }

        private boolean fill() {
            synchronized (WAITING) {
                while (current.size() < AT_ONCE && !WAITING.isEmpty()) {
                    int best = 0;
                    for (int i = 1; i < WAITING.size(); i++) {
                        if (WAITING.get(i).rank() < WAITING.get(best).rank()) {
                            best = i;
                        }
                    }
                    current.add(WAITING.remove(best));
                }
                running = !current.isEmpty();
                return running;
            }
        }
    }

    private void round() {
        if (first == 0) {
            sample(FEW);
            sample(FEW);
            first = time(FEW);
            for (int i = 0; i < IDLE_CALLS; i++) {
                sample(0);
            }
        } else if (busy == 0 && ++looks < MOST_LOOKS && time(FEW) > first / 2) {
            return;
        } else if (busy < BUSY_CALLS) {
            for (int i = 0; i < BUSY_CALLS; i++) {
                sample(turns());
            }
            busy = BUSY_CALLS;
        } else {
            hot = Math.min(time(turns()), time(turns())) < (long) FAST * instructions() * turns();
            busy++;
        }
    }

    private long time(int turns) {
        long start = System.nanoTime();
        sample(turns);
        return System.nanoTime() - start;
    }
}
