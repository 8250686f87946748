package soma.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Tensor;

/**
 * A function from Tensor to Tensor, so lambdas and method references are layers. A layer with parameters is a record
 * whose components are parameters, layers, or lists and maps of these: nothing is registered.
 * {@snippet :
 * record Perceptron(Linear hidden, Linear out) implements Layer {
 *     public Tensor forward(Tensor x) {
 *         return out.forward(hidden.forward(x).relu());
 *     }
 * }
 * }
 */
@FunctionalInterface
public interface Layer {

    /** The layer's output for {@code x}. */
    Tensor forward(Tensor x);

    /**
     * All parameters and running statistics by name, in the order of the record's components. Names are component names
     * joined by dots, elements of lists are numbered, and {@code runningMean} is written {@code running_mean}: the keys
     * of PyTorch's state dict. A parameter used in two places has two names.
     */
    default Map<String, Param> params() {
        return ParamTree.of(this);
    }

    /** The parameters an optimizer changes, each once. */
    default List<Param> trained() {
        return params().values().stream().filter(Param::isTrained).distinct().toList();
    }

    /**
     * Names all parameters by their place in this model, and draws first numbers for those that have a shape but no
     * numbers yet. What a parameter draws depends on {@code rng} and its name only.
     */
    default void init(Rng rng) {
        ParamTree.init(this, rng);
    }

    /**
     * Like {@link #init(Rng)}, for layers too that take their input size at first sight of data: {@code example} is
     * shown to them.
     */
    default void init(Rng rng, Tensor example) {
        ParamTree.init(this, rng, example);
    }

    /** How many numbers are trained. */
    default long parameterCount() {
        return trained().stream().mapToLong(p -> p.shape().size()).sum();
    }

    /**
     * A table of the layers with the shapes they give for an input of shape {@code input}, and how many parameters they
     * have.
     */
    default String summary(Shape input) {
        return Summary.of(this, input);
    }

    /** A copy of all parameters and running statistics by name. */
    default Map<String, Tensor> stateDict() {
        var out = new LinkedHashMap<String, Tensor>();
        params().forEach((name, p) -> out.put(name, ParamTree.snapshot(p)));
        return out;
    }

    /** A copy of one parameter's numbers, which later updates leave alone. */
    static Tensor numbers(Param p) {
        return ParamTree.snapshot(p);
    }

    /** Takes the numbers of all parameters from {@code state}, whose names and shapes must match this model's. */
    default void load(Map<String, Tensor> state) {
        ParamTree.load(this, state);
    }

    /** This layer followed by another. */
    default Layer then(Layer next) {
        return Sequential.of(this, next);
    }
}
