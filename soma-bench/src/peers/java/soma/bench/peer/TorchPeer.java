package soma.bench.peer;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import soma.bench.sizes.FreshRun;

/**
 * PyTorch behind {@link Questions}. With {@code CASE STEPS THREADS} as arguments it runs so many steps, says so, and
 * ends.
 */
public final class TorchPeer {
    private TorchPeer() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 3) {
            fresh(args[0], Integer.parseInt(args[1]), Integer.parseInt(args[2]));
            return;
        }
        System.err.println(torch.show_config().getString());
        System.err.println(torch.get_parallel_info().getString());
        Questions.answer(TorchPeer::onThread);
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
    private static String onThread(String id, int threads, double seconds) throws InterruptedException {
        var answer = new String[1];
        var failure = new RuntimeException[1];
        var thread = new Thread(() -> {
            try {
                threads(threads);
                answer[0] = measure(id, seconds);
            } catch (RuntimeException e) {
                failure[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (failure[0] != null) {
            throw failure[0];
        }
        return answer[0] == null ? "error the measuring thread died; see standard error" : answer[0];
    }

    private static String measure(String id, double seconds) {
        torch.manual_seed(1);
        var timing = new Timing(seconds);
        while (!timing.isOver()) {
            try (var model = new PointerScope()) {
                var step = TorchCases.create(id);
                for (int i = 0; i < Timing.STEPS_PER_MODEL && !timing.isOver(); i++) {
                    timing.run(i, () -> {
                        try (var temporaries = new PointerScope()) {
                            step.run();
                        }
                    });
                }
            }
        }
        return timing.answer(id);
    }
}
