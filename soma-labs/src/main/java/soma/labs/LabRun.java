package soma.labs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import soma.Rng;
import soma.Tensor;
import soma.nn.Layer;
import soma.plot.Figure;
import soma.plot.ReportPage;
import soma.train.TrainEvent;

/** One run of a lab: its settings, and the book in which the lab notes what it found. */
public final class LabRun {
    private final Lab lab;
    private final long seed;
    private final boolean quick;
    private final Path out;
    private final Consumer<String> log;
    private final Map<String, Double> metrics = new LinkedHashMap<>();
    private final List<Bar> bars = new ArrayList<>();
    private final List<Path> figures = new ArrayList<>();
    private final MessageDigest weights = sha256();
    private boolean hasWeights;

    private LabRun(Lab lab, long seed, boolean quick, Path out, Consumer<String> log) {
        this.lab = lab;
        this.seed = seed;
        this.quick = quick;
        this.out = out;
        this.log = log;
    }

    /**
     * Runs a lab.
     *
     * @param quick whether to run a short form that shows everything works; bars that only the full run can reach are then left out
     * @param out the folder for figures
     * @param log where lines for people go
     */
    public static LabResult of(Lab lab, long seed, boolean quick, Path out, Consumer<String> log) {
        var run = new LabRun(lab, seed, quick, out, log);
        long start = System.nanoTime();
        lab.run(run);
        double seconds = (System.nanoTime() - start) * 1e-9;
        return new LabResult(
                lab.id(),
                seed,
                quick,
                run.metrics,
                List.copyOf(run.bars),
                seconds,
                run.hasWeights ? HexFormat.of().formatHex(run.weights.digest()) : "",
                List.copyOf(run.figures));
    }

    /** The seed everything random derives from. */
    public long seed() {
        return seed;
    }

    /** A source of random numbers, one for each purpose. */
    public Rng rng(String purpose) {
        return Rng.seed(seed).fold(purpose.hashCode());
    }

    /** Whether only a short run is wanted. */
    public boolean quick() {
        return quick;
    }

    /** A line for people. */
    public void say(String line) {
        log.accept(line);
    }

    /** A listener for trainers that notes each epoch as a line. */
    public Consumer<TrainEvent> progress() {
        return event -> {
            if (event instanceof TrainEvent.EpochDone done) {
                var e = done.epoch();
                say(String.format(
                        java.util.Locale.ROOT,
                        "epoch %2d  loss %.4f  %s  %.1f s",
                        e.number(),
                        e.loss(),
                        e.validation().map(Object::toString).orElse(""),
                        e.seconds()));
            }
        };
    }

    /** Notes a number. */
    public void metric(String name, double value) {
        metrics.put(name, value);
        say(String.format(java.util.Locale.ROOT, "%-28s %.6g", name, value));
    }

    /** Notes a number that must be at least {@code bar}. */
    public void atLeast(String name, double value, double bar) {
        judge(name, value, Bar.Op.AT_LEAST, bar);
    }

    /** Notes a number that must be at most {@code bar}. */
    public void atMost(String name, double value, double bar) {
        judge(name, value, Bar.Op.AT_MOST, bar);
    }

    private void judge(String name, double value, Bar.Op op, double bar) {
        metrics.put(name, value);
        boolean passed = op.holds(value, bar);
        bars.add(new Bar(name, op, bar, passed));
        say(String.format(
                java.util.Locale.ROOT,
                "%-28s %.6g  (bar %s %.6g: %s)",
                name,
                value,
                op.sign(),
                bar,
                passed ? "passed" : "MISSED"));
    }

    /** Saves a figure as {@code name.png} and, for print and for zooming, as {@code name.svg}. */
    public void figure(String name, Figure figure) {
        for (var kind : List.of(".png", ".svg")) {
            var file = figure.save(out.resolve(name + kind));
            figures.add(file);
            say("figure " + file);
        }
    }

    /** Saves a training's report as {@code name.html}. */
    public void report(String name, ReportPage page) {
        var file = page.save(out.resolve(name + ".html"));
        figures.add(file);
        say("report " + file);
    }

    /** Takes a trained model into the hash by which two runs are compared. */
    public void weights(Layer model) {
        hasWeights = true;
        model.params().forEach((name, param) -> {
            weights.update(name.getBytes(StandardCharsets.UTF_8));
            weights.update(bytes(param.value()));
        });
    }

    private static byte[] bytes(Tensor t) {
        var values = t.toFloatArray();
        var buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            buffer.putFloat(v);
        }
        return buffer.array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
