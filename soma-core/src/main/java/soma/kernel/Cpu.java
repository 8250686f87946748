package soma.kernel;

/** What this JVM offers: decided once, when the first kernel runs. */
public final class Cpu {

    /** Nanoseconds for eight: interpreted instructions take 500, the emulation 300,000 when first called. */
    private static final long EMULATED = 4_000;

    /**
     * True where the vector kernels run: the module {@code jdk.incubator.vector} is in the boot layer, the CPU has a fused
     * multiply-add, and the system property {@code soma.vector} is not {@code off}. Classes named {@code Vector...} may be touched
     * only where this holds.
     */
    public static final boolean VECTORS = decide();

    private Cpu() {}

    /** Says it once where the slow way is taken, so that nobody wonders. */
    private static boolean decide() {
        String slow = null;
        if ("off".equals(System.getProperty("soma.vector"))) {
            slow = "as soma.vector=off asks: right, but several times slower";
        } else if (!vectorModulePresent()) {
            slow = "several times slower: start java with --add-modules jdk.incubator.vector to use the CPU's vector"
                    + " instructions";
        } else if (!multipliesAndAdds()) {
            slow = "several times slower: this CPU, or this JVM by its options (UseAVX, UseFMA), has no fused"
                    + " multiply-add";
        }
        if (slow != null) {
            System.getLogger("soma").log(System.Logger.Level.WARNING, "running on plain loops, " + slow);
        }
        return slow == null;
    }

    /**
     * Whether fma is an instruction. Where it is not, Java computes it with BigDecimal, and a vector kernel would take a
     * thousand times as long. There is no way to ask, but the difference cannot be missed: the best of a few calls.
     */
    private static boolean multipliesAndAdds() {
        long best = Long.MAX_VALUE;
        long clock = Long.MAX_VALUE;
        float x = 0.1f;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            for (int k = 0; k < 8; k++) {
                x = Math.fma(x, 1.1f, 0.3f);
            }
            long end = System.nanoTime();
            best = Math.min(best, end - start);
            clock = Math.min(clock, System.nanoTime() - end);
        }
        return best - clock < EMULATED && x > 0;
    }

    /** True if the vector module was resolved at start, whatever {@code soma.vector} says. */
    public static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
