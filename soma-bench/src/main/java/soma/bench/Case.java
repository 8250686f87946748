package soma.bench;

import java.util.Optional;
import java.util.function.Supplier;
import soma.Soma;

/**
 * One thing that is measured.
 *
 * @param id its name, which the peers know too
 * @param group the kind of work, for {@code --group}
 * @param rival the peer it is compared with, if one takes part
 * @param work what a step has to do at least
 * @param model gives a fresh instance, whose {@code run} is the step that is timed
 * @param probe measures it, where it is not the time of a step
 */
record Case(String id, String group, String rival, Work work, Supplier<Runnable> model, Optional<Probe> probe) {

    static final String PYTORCH = "pytorch";
    static final String ONNX_RUNTIME = "onnxruntime";
    static final String NOBODY = "";

    /**
     * What a step has to do at least: {@code operations} on floating-point numbers in products and convolutions (others
     * are not counted), {@code bytes} to read and write, and how many {@code items} (tokens) it makes, if that is how
     * its speed is usually told.
     */
    record Work(double operations, double bytes, int items) {
        static Work of(double operations, double bytes) {
            return new Work(operations, bytes, 0);
        }

        static Work bytes(double bytes) {
            return of(0, bytes);
        }

        static Work unknown() {
            return of(0, 0);
        }

        Work items(int n) {
            return new Work(operations, bytes, n);
        }
    }

    /** Something else than the time of a step: milliseconds or megabytes, of a process of its own. */
    interface Probe {
        double measure(int threads);
    }

    /** A step that can tell what its kernels took. */
    record Step(Supplier<String> plan, Runnable body) implements Runnable {
        Step(Soma.Compiled compiled, Runnable body) {
            this(compiled::explain, body);
        }

        @Override
        public void run() {
            body.run();
        }
    }

    Case(String id, String group, Work work, Supplier<Runnable> model) {
        this(id, group, PYTORCH, work, model, Optional.empty());
    }

    Case beside(String other) {
        return new Case(id, group, other, work, model, probe);
    }

    Case named(String other) {
        return new Case(other, group, rival, work, model, probe);
    }

    /** What its numbers are. */
    String unit() {
        return id.startsWith("memory-") ? "mb" : "ms";
    }

    /** Whether it counts in the geometric mean: only times of steps do, and a case counts once. */
    boolean counts() {
        return probe.isEmpty() && !rival.equals(ONNX_RUNTIME);
    }
}
