package soma.bench.peer;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import soma.bench.sizes.FreshRun;

/**
 * PyTorch behind a line protocol: {@code run CASE THREADS SECONDS} answers {@code CASE median_ms best_ms iterations},
 * {@code quit} ends. Whatever goes wrong answers {@code error MESSAGE}; what PyTorch itself says goes to standard
 * error. With {@code CASE STEPS THREADS} as arguments it runs so many steps, says so, and ends.
 */
public final class TorchPeer {

    /** Training on the same few batches for long would drive numbers to zero; a model lives for so many steps. */
    private static final int STEPS_PER_MODEL = 500;

    private static final int UNTIMED_STEPS = 3;

    /** Steps so long that this many times the measurement has passed count from the second on. */
    private static final double OVER = 2;

    private TorchPeer() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 3) {
            fresh(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            return;
        }
        System.err.println(torch.show_config().getString());
        System.err.println(torch.get_parallel_info().getString());
        System.out.println("ready");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            var words = line.split(" ");
            if (words.length != 4 || !words[0].equals("run")) {
                System.out.println("error expected 'run CASE THREADS SECONDS' or 'quit', got '" + line + "'");
                continue;
            }
            System.out.println(answer(words[1], Integer.parseInt(words[2]), Double.parseDouble(words[3])));
        }
    }

    private static void threads(int threads) {
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    private static void fresh(String id, int steps, int threads) {
        threads(threads);
        try (var model = new PointerScope()) {
            var step = TorchCases.create(id);
            for (int i = 0; i < steps; i++) {
                try (var temporaries = new PointerScope()) {
                    step.run();
                }
            }
            System.out.println(FreshRun.DONE + FreshRun.peakKilobytes());
        }
    }

    /**
     * Measures on a thread that ends afterwards: OpenMP's workers belong to the thread that called them and end with
     * it. Otherwise, with OMP_WAIT_POLICY=ACTIVE, they would spin on and disturb whoever is measured next.
     */
    private static String answer(String id, int threads, double seconds) throws InterruptedException {
        var answer = new String[1];
        var thread = new Thread(() -> {
            try {
                threads(threads);
                answer[0] = measure(id, seconds);
            } catch (RuntimeException e) {
                answer[0] = "error "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            }
        });
        thread.start();
        thread.join();
        return answer[0] == null ? "error the measuring thread died; see standard error" : answer[0];
    }

    private static String measure(String id, double seconds) {
        var samples = new double[1024];
        int count = 0;
        long start = System.nanoTime();
        long warm = start + (long) (0.2e9 * seconds);
        long end = start + (long) (1e9 * seconds);
        long late = start + (long) (1e9 * OVER * seconds);
        torch.manual_seed(1);
        while (count == 0 || System.nanoTime() < end) {
            try (var model = new PointerScope()) {
                var step = TorchCases.create(id);
                for (int i = 0; i < STEPS_PER_MODEL; i++) {
                    long before = System.nanoTime();
                    try (var temporaries = new PointerScope()) {
                        step.run();
                    }
                    long after = System.nanoTime();
                    if (before >= warm && i >= UNTIMED_STEPS || i > 0 && count == 0 && after >= late) {
                        samples = count < samples.length ? samples : Arrays.copyOf(samples, 2 * count);
                        samples[count++] = (after - before) / 1e6;
                    }
                    if (after >= end && count > 0) {
                        break;
                    }
                }
            }
        }
        Arrays.sort(samples, 0, count);
        return String.format(Locale.ROOT, "%s %.6f %.6f %d", id, samples[count / 2], samples[0], count);
    }
}
