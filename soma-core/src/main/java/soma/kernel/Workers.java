package soma.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A team of threads that spin briefly and then park: handing over work costs a fraction of a microsecond where a
 * ForkJoinPool's median is 29 (measured), which is what makes fused groups of a few thousand elements worth sharing.
 * Callers see to it that a number comes out the same in whatever task it is computed, so that results never depend on
 * how many threads there are.
 * <p>A thread begins with its own share of the numbers, the same each time, and only then takes from others: what it
 * wrote in the last step is still in its cache. With tasks dealt out in turn, the update of an MLP's weights on two
 * threads took twice as long as on one.
 */
public final class Workers {

    /** A numbered piece of work; {@code scratch} belongs to the thread that runs it. */
    @FunctionalInterface
    public interface Task {
        void run(int index, Scratch scratch);
    }

    private static final int SPINS = 20_000;

    /** As long as kernels are compiled, which helps more than to be awake at once. */
    private static final int FEW_SPINS = 500;

    /** In the gate: more than there can be helpers. */
    private static final int OPEN = 1 << 16;

    /** Counters lie this many apart: two cache lines, since lines are fetched in pairs. */
    private static final int APART = 32;

    private static final ThreadLocal<Scratch> CALLER_SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private final Helper[] helpers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicIntegerArray next;

    /** How many helpers are at work on the job, and {@link #OPEN} while more may join. */
    private final AtomicInteger gate = new AtomicInteger();

    private volatile Job job = Job.NONE;

    /** One small object a job: a training step has dozens. */
    private static final class Job {
        static final Job NONE = new Job(0, (i, s) -> {});

        final int tasks;
        final Task body;
        private @Nullable Throwable failure;

        Job(int tasks, Task body) {
            this.tasks = tasks;
            this.body = body;
        }

        /** The first failure is the one that counts. */
        synchronized void fail(Throwable t) {
            if (failure == null) {
                failure = t;
            }
        }

        synchronized @Nullable Throwable failure() {
            return failure;
        }
    }

    /** A team of {@code threads} in all: the caller and {@code threads - 1} daemon threads. */
    public Workers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", expected at least 1");
        }
        helpers = new Helper[threads - 1];
        next = new AtomicIntegerArray((threads + 1) * APART);
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
            helpers[i].start();
        }
    }

    /** Threads that work on a job, the caller included. */
    public int threads() {
        return helpers.length + 1;
    }

    /** Runs {@code body} for 0 .. tasks-1, each once, and returns when all are done; the first failure is thrown again here. */
    public void run(int tasks, Task body) {
        if (tasks <= 1 || helpers.length == 0 || !busy.compareAndSet(false, true)) {
            var scratch = CALLER_SCRATCH.get();
            for (int i = 0; i < tasks; i++) {
                body.run(i, scratch);
            }
            return;
        }
        var now = new Job(tasks, body);
        try {
            for (int share = 0; share < threads(); share++) {
                next.setPlain(counter(share), first(share, tasks));
            }
            job = now;
            gate.set(OPEN);
            for (var helper : helpers) {
                helper.wake();
            }
            work(now, 0, CALLER_SCRATCH.get());
        } finally {
            gate.addAndGet(-OPEN);
            while (gate.get() > 0) {
                Thread.onSpinWait();
            }
            job = Job.NONE;
            busy.set(false);
        }
        rethrow(now.failure());
    }

    /**
     * The same for tasks that need more than working memory: each thread makes an object of its own when its first task
     * begins, and keeps it for the others.
     */
    <T> void run(int tasks, Function<Scratch, T> own, ObjIntConsumer<T> body) {
        var made = new ArrayList<@Nullable T>(Collections.nCopies(threads(), null));
        run(tasks, (task, scratch) -> {
            var mine = made.get(scratch.thread);
            if (mine == null) {
                mine = own.apply(scratch);
                made.set(scratch.thread, mine);
            }
            body.accept(mine, task);
        });
    }

    private void work(Job now, int own, Scratch scratch) {
        try {
            for (int i = 0; i < threads(); i++) {
                int share = (own + i) % threads();
                int end = first(share + 1, now.tasks);
                int counter = counter(share);
                for (int task = next.getAndIncrement(counter); task < end; task = next.getAndIncrement(counter)) {
                    now.body.run(task, scratch);
                }
            }
        } catch (Throwable t) {
            for (int share = 0; share < threads(); share++) {
                next.set(counter(share), now.tasks);
            }
            now.fail(t);
        }
    }

    /**
     * Whether a helper that has woken still finds the job open. The caller waits for those that joined, not for those
     * that the system has not let run yet: on a busy machine it does the whole job meanwhile.
     */
    private boolean admitted() {
        for (int now = gate.get(); now >= OPEN; now = gate.get()) {
            if (gate.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    private static int counter(int share) {
        return (share + 1) * APART;
    }

    /** The first task of a thread's share. */
    private int first(int share, int tasks) {
        return (int) ((long) tasks * share / threads());
    }

    private static void rethrow(@Nullable Throwable failure) {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private final class Helper extends Thread {
        private final Scratch scratch;
        private final int number;
        private volatile int requests;
        private volatile boolean parked;

        Helper(int number) {
            super("soma-worker-" + number);
            this.number = number;
            scratch = new Scratch(number);
            setDaemon(true);
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // only the one caller that holds `busy` writes
        void wake() {
            requests = requests + 1;
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            int seen = 0;
            while (true) {
                for (int spins = 0; requests == seen; spins++) {
                    if (spins < (Warming.isRunning() ? FEW_SPINS : SPINS)) {
                        Thread.onSpinWait();
                    } else {
                        parked = true;
                        if (requests == seen) {
                            LockSupport.park(this);
                        }
                        parked = false;
                        spins = 0;
                    }
                }
                seen = requests;
                if (admitted()) {
                    work(job, number, scratch);
                    gate.decrementAndGet();
                }
            }
        }
    }
}
