package soma.kernel;

/** What this JVM offers: decided once, when the first kernel runs. */
public final class Cpu {

    /**
     * True where the vector kernels run: the module {@code jdk.incubator.vector} is in the boot layer and the system property
     * {@code soma.vector} is not {@code off}. Classes named {@code Vector...} may be touched only where this holds.
     */
    public static final boolean VECTORS = vectorModulePresent() && !"off".equals(System.getProperty("soma.vector"));

    private Cpu() {}

    /** True if the vector module was resolved at start, whatever {@code soma.vector} says. */
    public static boolean vectorModulePresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
