/** Tensors as values: operations, gradients of any order, the graph and its executor. Needs nothing but the JDK. */
module soma.core {
    requires jdk.incubator.vector;
    requires static org.jspecify;

    exports soma;
    // not to everyone: import module soma would bring names such as Step, Not or LayerNorm, which programs want for
    // themselves
    exports soma.op to
            soma,
            soma.bench,
            soma.labs;
    exports soma.kernel to
            soma.bench,
            soma.cli;

    uses soma.Executor;

    provides soma.Executor with
            soma.graph.GraphExecutor;
}
