package soma.train;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** While open, an end of the JVM from outside (Ctrl-C, a termination signal) waits until training has stopped with a checkpoint. */
final class Interrupt implements AutoCloseable {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    /** Calls {@code stop} when the JVM is to end, for training on the present thread. */
    Interrupt(Runnable stop) {
        var training = Thread.currentThread();
        hook = new Thread(() -> await(stop, training), "soma-checkpoint");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void await(Runnable stop, Thread training) {
        stop.run();
        try {
            // Training that itself called System.exit waits for this hook: it would never come to its end.
            while (training.isAlive() && !isExiting(training) && !ended.await(50, TimeUnit.MILLISECONDS)) {
                Thread.onSpinWait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isExiting(Thread thread) {
        for (var frame : thread.getStackTrace()) {
            if (frame.getClassName().equals("java.lang.Shutdown")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending already, which is what the hook was for.
            ended.countDown();
        }
    }
}
