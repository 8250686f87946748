/** Tensors as values: operations, gradients of any order, the graph and its executor. Needs nothing but the JDK. */
module soma.core {
    requires jdk.incubator.vector;
    requires static org.jspecify;

    exports soma;
    exports soma.op;
    exports soma.kernel to
            soma.bench,
            soma.cli;

    uses soma.Executor;

    provides soma.Executor with
            soma.graph.GraphExecutor;
}
