package soma.kernel;

/** A fused loop as code of its own: all instructions on a vector before the next. {@link VectorLoopWriter} makes them. */
@FunctionalInterface
interface LoopKernel {

    /**
     * Runs the program over the first n elements of the blocks, n a multiple of the vector, and writes the registers that
     * it keeps.
     */
    void run(Blocks blocks, int n);
}
