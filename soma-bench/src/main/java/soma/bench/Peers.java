package soma.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import soma.bench.sizes.FreshRun;
import soma.kernel.Cpu;
import soma.kernel.VectorWidth;

/**
 * PyTorch and ONNX Runtime for comparison, as the Maven profile {@code peers} fetched them: one process a setting, started when first
 * asked and idle between measurements, so that rounds can alternate with Soma's own.
 *
 * <p>Which setting is PyTorch's best depends on the machine, the case and the number of threads (by a factor of up to
 * 20), so all are tried and the best one counts.
 */
public final class Peers implements AutoCloseable {

    /** What one setting achieved on one case. */
    public record PeerTime(String setting, double medianMs, double bestMs) {}

    /** ONNX Runtime as it comes. */
    static final String ONNX = "ONNX";

    /**
     * Keeps freed memory instead of returning it to the system: fewer page faults, worth up to a third on large
     * tensors.
     */
    private static final Map<String, String> MALLOC = Map.of(
            "MALLOC_ARENA_MAX", "1",
            "MALLOC_MMAP_THRESHOLD_", "33554432",
            "MALLOC_TRIM_THRESHOLD_", "1000000000",
            "MALLOC_TOP_PAD_", "268435456");

    /** Keeps a peer to the instructions that Soma has where it runs on 256-bit vectors, whatever the machine could do. */
    private static final Map<String, String> AVX2 = Map.of(
            "ATEN_CPU_CAPABILITY", "avx2",
            "DNNL_MAX_CPU_ISA", "AVX2",
            "MKL_ENABLE_INSTRUCTIONS", "AVX2",
            "OPENBLAS_CORETYPE", "HASWELL");

    /** Variables of the caller's shell that would silently change a setting. */
    private static final List<String> CLEARED = List.of(
            "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "MALLOC_", "LD_PRELOAD", "JDK_JAVA_", "JAVA_TOOL_", "_JAVA_");

    private final Path home;
    private final boolean narrow = Cpu.VECTORS && VectorWidth.bits() <= 256;
    private final Map<String, Child> children = new LinkedHashMap<>();

    private Peers(Path home) {
        this.home = home;
    }

    /**
     * Where the profile {@code peers} put its classes and libraries: the system property {@code soma.peers}, or beside
     * Soma's own.
     */
    public static Path home() {
        var given = System.getProperty("soma.peers");
        if (given != null) {
            return Path.of(given);
        }
        try {
            var own = Path.of(Peers.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own.resolveSibling("peers");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ready to measure; no process runs yet. Throws with the command to give if the profile was not built. */
    public static Peers open() {
        var home = home();
        if (!Files.isDirectory(home.resolve("classes")) || !Files.isDirectory(home.resolve("lib"))) {
            throw new IllegalStateException(
                    "bench: PyTorch is not here (looked in " + home + "). It is fetched (360 MB, 1.2 GB unpacked)"
                            + " and built only on request: mvn -Ppeers -DskipTests package");
        }
        return new Peers(home);
    }

    /**
     * The settings worth trying with so many threads; the wait policy says how workers wait, so alone it says nothing.
     */
    public List<String> settings(int threads) {
        var all = threads == 1
                ? List.of("default", "SKYLAKEX PASSIVE", "MKL PASSIVE")
                : List.of(
                        "default",
                        "default PASSIVE",
                        "default ACTIVE",
                        "SKYLAKEX PASSIVE",
                        "SKYLAKEX ACTIVE",
                        "MKL PASSIVE",
                        "MKL ACTIVE");
        return all.stream()
                .filter(s -> !s.startsWith("MKL") || mklJar().isPresent())
                .filter(s -> !s.startsWith("SKYLAKEX") || !narrow)
                .toList();
    }

    /**
     * One measurement of {@code seconds}, its first fifth untimed. The first one of a setting also starts its process.
     *
     * @param caseId one of the bench's case names, such as {@code lenet-train-b64}
     */
    public PeerTime measure(String setting, String caseId, int threads, double seconds) {
        for (var run : FreshRun.ALL) {
            if (run.id().equals(caseId)) {
                double result = run.measure(process(setting, run.step(), "" + run.steps(), "" + threads)
                        .redirectError(ProcessBuilder.Redirect.DISCARD));
                return new PeerTime(setting, result, result);
            }
        }
        var child = children.computeIfAbsent(setting, this::start);
        var words = child.ask("run " + caseId + " " + threads + " " + seconds).split(" ");
        if (words.length != 4 || !words[0].equals(caseId)) {
            throw new IllegalStateException("bench: the peer (" + setting + ") could not measure " + caseId + ": "
                    + String.join(" ", words) + ". Its own words are in " + child.log + ".");
        }
        return new PeerTime(setting, Double.parseDouble(words[1]), Double.parseDouble(words[2]));
    }

    /** Ends all processes. */
    @Override
    public void close() {
        children.values().forEach(Child::close);
        children.clear();
    }

    private Child start(String setting) {
        var log = home.resolve(setting.replace(' ', '-') + ".log");
        return new Child(setting, log, process(setting).redirectError(log.toFile()));
    }

    private ProcessBuilder process(String setting, String... arguments) {
        var words = setting.split(" ");
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx1g",
                "-Dorg.bytedeco.javacpp.cachedir=" + home.resolve("cache"),
                // Every step frees what it made; JavaCPP's own bookkeeping would only cost the peer time.
                "-Dorg.bytedeco.javacpp.nopointergc=true",
                "-Dorg.bytedeco.javacpp.maxbytes=0",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
        var environment = builder.environment();
        environment.keySet().removeIf(name -> CLEARED.stream().anyMatch(name::startsWith));
        switch (words[0]) {
            case "MKL" -> {
                builder.command().add("-Dorg.bytedeco.openblas.load=mkl_rt");
                environment.put("LD_PRELOAD", intelOpenMp().toString());
                // Intel's workers outlive the measurement; ACTIVE by the letter, they would spin into Soma's rounds.
                environment.put("KMP_BLOCKTIME", words[1].equals("ACTIVE") ? "20" : "0");
                environment.putAll(MALLOC);
            }
            case "SKYLAKEX" -> {
                environment.put("OPENBLAS_CORETYPE", "SKYLAKEX");
                environment.put("OMP_WAIT_POLICY", words[1]);
                environment.putAll(MALLOC);
            }
            default -> {
                if (words.length > 1) {
                    environment.put("OMP_WAIT_POLICY", words[1]);
                }
            }
        }
        if (narrow) {
            environment.putAll(AVX2);
        }
        builder.command().add("-cp");
        builder.command()
                .add(home.resolve("classes")
                        + System.getProperty("path.separator")
                        + home.resolve("lib").resolve("*"));
        builder.command().add("soma.bench.peer." + (setting.equals(ONNX) ? "OnnxPeer" : "TorchPeer"));
        builder.command().addAll(List.of(arguments));
        return builder;
    }

    private Optional<Path> mklJar() {
        try (var jars = Files.list(home.resolve("lib"))) {
            return jars.filter(jar -> jar.getFileName().toString().matches("mkl-.*-redist\\.jar"))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * MKL needs Intel's OpenMP in place of GNU's from the start, for itself and for PyTorch: two would fight for the
     * cores.
     */
    private Path intelOpenMp() {
        var library = home.resolve("cache").resolve("libiomp5.so");
        try (var jar = new ZipFile(mklJar().orElseThrow().toFile())) {
            Files.createDirectories(library.getParent());
            try (var in = jar.getInputStream(jar.getEntry("org/bytedeco/mkl/linux-x86_64/libiomp5.so"))) {
                Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
            }
            return library.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Child {
        private final String setting;
        private final Path log;
        private final Process process;
        private final BufferedReader answers;
        private final BufferedWriter questions;

        Child(String setting, Path log, ProcessBuilder builder) {
            this.setting = setting;
            this.log = log;
            try {
                process = builder.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            answers = process.inputReader();
            questions = process.outputWriter();
            String hello = read();
            if (!hello.equals("ready")) {
                throw died(hello);
            }
        }

        String ask(String question) {
            try {
                questions.write(question);
                questions.newLine();
                questions.flush();
            } catch (IOException e) {
                throw died(e.toString());
            }
            return read();
        }

        private String read() {
            try {
                var line = answers.readLine();
                if (line == null) {
                    throw died("no answer");
                }
                return line;
            } catch (IOException e) {
                throw died(e.toString());
            }
        }

        private IllegalStateException died(String why) {
            return new IllegalStateException("bench: the peer's process (" + setting + ") failed: " + why
                    + ". Its own words are in " + log + ".");
        }

        void close() {
            try {
                questions.write("quit\n");
                questions.close();
                if (!process.waitFor(2, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (IOException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
