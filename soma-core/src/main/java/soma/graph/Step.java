package soma.graph;

/** One thing a plan does, after all that it reads has been done. */
interface Step {

    /** Does it. */
    void run(Arena arena);

    /** Slots it reads. */
    int[] reads();

    /** Slots it writes. */
    int[] writes();

    /** One line for people: kernel, shapes. */
    String describe();

    /** Floating-point operations, for people. */
    default long flops() {
        return 0;
    }
}
