package soma.kernel;

/** What this JVM offers: decided once, when the first kernel runs. */
public final class Cpu {

    /**
     * True where the vector kernels run: the module {@code jdk.incubator.vector} is in the boot layer and the system property
     * {@code soma.vector} is not {@code off}. Classes named {@code Vector...} may be touched only where this holds.
     */
    public static final boolean VECTORS = decide();

    private Cpu() {}

    /** Says it once where the slow way is taken, so that nobody wonders. */
    private static boolean decide() {
        boolean off = "off".equals(System.getProperty("soma.vector"));
        boolean vectors = vectorModulePresent() && !off;
        if (!vectors) {
            System.getLogger("soma")
                    .log(
                            System.Logger.Level.WARNING,
                            off
                                    ? "running on plain loops because soma.vector=off: right, but several times slower"
                                    : "running on plain loops, several times slower: start java with --add-modules"
                                            + " jdk.incubator.vector to use the CPU's vector instructions");
        }
        return vectors;
    }

    /** True if the vector module was resolved at start, whatever {@code soma.vector} says. */
    public static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
