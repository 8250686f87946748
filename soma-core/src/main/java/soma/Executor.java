package soma;

import java.util.List;

/**
 * What computes graphs. Found by {@link java.util.ServiceLoader}, so that nothing above it knows whether the numbers come from this
 * CPU or from elsewhere.
 */
public interface Executor {

    /** {@code target} gets the value of the expression {@code value} once everything that reads its old value has run. */
    record Assignment(Object target, Tensor value) {}

    /** Computes the roots, each into a fresh array, and carries out the assignments, all in one plan. */
    Object[] run(List<Tensor> roots, List<Assignment> assignments);

    /** Plans once for many runs. {@code inputs} are leaves of kind {@link soma.op.Leaf.Input}. */
    Program compile(List<Tensor> inputs, List<Tensor> roots, List<Assignment> assignments);

    /** The plan for these roots as text for people. */
    String explain(List<Tensor> roots, List<Assignment> assignments);

    /** A plan with its fixed inputs bound. */
    interface Program {
        /** Runs on arrays for the inputs; the roots' values are fresh arrays. */
        Object[] run(Object[] inputs);

        /** The plan as text for people. */
        String explain();
    }
}
