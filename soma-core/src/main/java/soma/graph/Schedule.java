package soma.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import soma.op.KernelOp;
import soma.op.Leaf;

/**
 * In which order steps run. They come in an order that works; one is moved forward, to where all it needs is there, if memory is not
 * the worse for it. So a weight's gradient is made, and used up by its update, as soon as the gradient of the layer's output is
 * there, which frees that and what the layer read, instead of after the whole backward pass.
 */
final class Schedule {
    /** So many steps on, each the only reader of the one before, a step may give back the memory it takes. */
    private static final int AHEAD = 4;

    private static final Value[] NO_VALUES = {};

    private final Value[] steps;
    /** For each step, the memory it reads, each once, parameters too. */
    private final Value[][] reads;

    private final Value[][] makes;
    /** For each step, those that wait for it. */
    private final int[][] waiting;
    /** For each step, how many steps it still waits for, and the sum of their positions. */
    private final int[] missing;

    private final long[] missingSum;
    /** For each step, the bytes it takes, and those that are free after it, since it is the last that reads them. */
    private final long[] taken;

    private final long[] freed;
    /** By the number of a value: how many steps still read its memory, and the sum of their positions. */
    private final int[] readers;

    private final long[] readerSum;
    /** By the number of a parameter's value: the step that updates it, or -1. */
    private final int[] updater;

    /** For each step that updates parameters, these. */
    private final Map<Integer, List<Value>> targets = new HashMap<>();

    private final boolean[] done;
    private final PriorityQueue<Movable> movable = new PriorityQueue<>();
    private final List<Value> order = new ArrayList<>();

    private Schedule(List<Value> given, int values) {
        int n = given.size();
        steps = given.toArray(Value[]::new);
        reads = new Value[n][];
        makes = new Value[n][];
        waiting = new int[n][];
        missing = new int[n];
        missingSum = new long[n];
        taken = new long[n];
        freed = new long[n];
        done = new boolean[n];
        readers = new int[values];
        readerSum = new long[values];
        updater = new int[values];
        Arrays.fill(updater, -1);
    }

    /** A step that can run now and gives back at least what it takes; those that give back most come first. */
    private record Movable(long balance, int step) implements Comparable<Movable> {
        @Override
        public int compareTo(Movable other) {
            int byBalance = Long.compare(balance, other.balance);
            return byBalance != 0 ? byBalance : Integer.compare(step, other.step);
        }
    }

    /** What an assignment's value is computed by, and the parameter it goes to. */
    record Update(Value step, Value target) {}

    /** A better order of steps, each told by the value that stands for it; its position is that in {@code given}. */
    static List<Value> of(List<Value> given, int values, List<Update> updates) {
        if (given.size() < 3) {
            return given;
        }
        var schedule = new Schedule(given, values);
        schedule.link();
        for (var u : updates) {
            schedule.updater[u.target.number] = u.step.position;
            schedule.targets
                    .computeIfAbsent(u.step.position, _ -> new ArrayList<>())
                    .add(u.target);
        }
        schedule.run();
        return schedule.order;
    }

    // ---- what steps need and give

    private void link() {
        int n = steps.length;
        var seen = new int[readers.length];
        var seenStep = new int[n];
        Arrays.fill(seen, -1);
        Arrays.fill(seenStep, -1);
        var before = new int[n][];
        var counts = new int[n];
        var found = new ArrayList<Value>();
        var positions = new int[16];
        for (int i = 0; i < n; i++) {
            found.clear();
            int count = 0;
            for (var v : computed(steps[i])) {
                for (var in : v.in) {
                    if (seen[in.storage.number] != i && stepAt(in.storage) != i) {
                        found.add(in.storage);
                        seen[in.storage.number] = i;
                    }
                    for (var u = in; u.isView(); u = u.in[0]) {
                        int p = u.after == null ? -1 : stepAt(u.after.storage);
                        if (p >= 0 && p != i && seenStep[p] != i) {
                            seenStep[p] = i;
                            positions = put(positions, count++, p);
                        }
                    }
                }
            }
            for (var v : found) {
                int p = stepAt(v);
                if (p >= 0 && seenStep[p] != i) {
                    seenStep[p] = i;
                    positions = put(positions, count++, p);
                }
                readers[v.number]++;
                readerSum[v.number] += i;
            }
            reads[i] = found.toArray(NO_VALUES);
            before[i] = Arrays.copyOf(positions, count);
            missing[i] = count;
            for (int p : before[i]) {
                counts[p]++;
                missingSum[i] += p;
            }
        }
        for (int i = 0; i < n; i++) {
            waiting[i] = new int[counts[i]];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int p : before[i]) {
                waiting[p][--counts[p]] = i;
            }
        }
        for (int i = 0; i < n; i++) {
            makes[i] = made(steps[i]);
            for (var v : makes[i]) {
                taken[i] += readers[v.number] > 0 ? bytes(v) : 0;
                if (readers[v.number] == 1) {
                    freed[(int) readerSum[v.number]] += bytes(v);
                }
            }
        }
    }

    private static int[] put(int[] list, int at, int number) {
        var into = at < list.length ? list : Arrays.copyOf(list, 2 * at);
        into[at] = number;
        return into;
    }

    /** The step that computes this memory's content, or -1 if it is there before. */
    private static int stepAt(Value storage) {
        return storage.op instanceof Leaf ? -1 : storage.step().position;
    }

    private static List<Value> computed(Value step) {
        var g = step.group;
        if (g == null) {
            return List.of(step);
        }
        var all = new ArrayList<>(g.members);
        if (g.head != null) {
            all.add(g.head);
        }
        if (g.reduction != null) {
            all.add(g.reduction);
        }
        return all;
    }

    /** What a step leaves in working memory; results and updated parameters have memory of their own anyway. */
    private static Value[] made(Value step) {
        var all = step.op instanceof KernelOp k && k.outputs().size() > 1 ? step.users : List.of(step);
        var kept = new ArrayList<Value>(all.size());
        for (var v : all) {
            if (isWork(v)) {
                kept.add(v);
            }
        }
        return kept.toArray(NO_VALUES);
    }

    private static boolean isWork(Value v) {
        return !v.root && !v.assigned && !(v.op instanceof Leaf);
    }

    private static long bytes(Value v) {
        return isWork(v) ? (long) v.shape.size() * v.dtype.bytes() : 0;
    }

    // ---- in which order

    private void run() {
        for (int i = 0; i < steps.length; i++) {
            offer(i);
        }
        for (int next = 0; next < steps.length; next++) {
            for (var m = movable.poll(); m != null; m = movable.poll()) {
                if (!done[m.step]) {
                    long now = balance(m.step);
                    if (now <= m.balance) {
                        finish(m.step);
                    } else {
                        queue(m.step, now);
                    }
                }
            }
            if (!done[next]) {
                finish(next);
            }
        }
    }

    private void queue(int step, long balance) {
        if (balance <= 0) {
            movable.add(new Movable(balance, step));
        }
    }

    /** Looks at a step again soon, or at the one step that it waits for. */
    private void offer(int step) {
        int i = step;
        for (int k = 0; k < AHEAD && !done[i]; k++) {
            if (missing[i] == 0) {
                if (isLastReader(i)) {
                    queue(i, balance(i));
                }
                return;
            }
            if (missing[i] > 1) {
                return;
            }
            i = (int) missingSum[i];
        }
    }

    /** Whether a step that updates parameters finds that all others have read their old values. */
    private boolean isLastReader(int step) {
        for (var v : targets.getOrDefault(step, List.of())) {
            if (readers[v.number] > 1 || readers[v.number] == 1 && readerSum[v.number] != step) {
                return false;
            }
        }
        return true;
    }

    /** The bytes that are taken for good by a step, and, where these are not few, by those that can follow it at once. */
    private long balance(int step) {
        int i = step;
        long sum = taken[i] - freed[i];
        for (int k = 1; k < AHEAD && sum > 0; k++) {
            i = onlyReader(i);
            if (i < 0 || missing[i] > 1 || !isLastReader(i)) {
                return sum;
            }
            sum += taken[i] - freed[i];
        }
        return sum;
    }

    /** The one step that reads all that a step makes, or -1. */
    private int onlyReader(int step) {
        int only = -1;
        for (var v : makes[step]) {
            if (readers[v.number] > 1 || readers[v.number] == 1 && only >= 0 && readerSum[v.number] != only) {
                return -1;
            }
            if (readers[v.number] == 1) {
                only = (int) readerSum[v.number];
            }
        }
        return only;
    }

    private void finish(int step) {
        done[step] = true;
        order.add(steps[step]);
        for (int i : waiting[step]) {
            missing[i]--;
            missingSum[i] -= step;
            offer(i);
        }
        for (var v : reads[step]) {
            int n = v.number;
            readers[n]--;
            readerSum[n] -= step;
            if (readers[n] == 1) {
                freed[(int) readerSum[n]] += bytes(v);
                offer((int) readerSum[n]);
            } else if (readers[n] == 0 && updater[n] >= 0) {
                offer(updater[n]);
            }
        }
    }
}
