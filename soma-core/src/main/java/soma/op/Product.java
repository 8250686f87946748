package soma.op;

import soma.kernel.Epilogue;

/** A sum of products that takes work at its end: what follows elementwise runs on each finished stretch while it is in cache. */
public sealed interface Product extends Op permits MatMul, Conv, ConvData, ConvWeight {

    /** Fills the output from the inputs, calling {@code after} where the kernel can. */
    void compute(Call call, Epilogue after);

    /** Whether {@link #compute} honours an epilogue. */
    boolean takesEpilogue();
}
