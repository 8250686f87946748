package soma.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import soma.Param;
import soma.Tensor;

/**
 * Layers one after the other; lambdas and method references are layers too. Children are numbered from 0 in parameter
 * names.
 * {@snippet :
 * Sequential.of(new Linear(784, 128), Tensor::relu, new Linear(128, 10));
 * }
 */
public record Sequential(List<Layer> layers) implements Layer {
    public Sequential {
        layers = List.copyOf(layers);
    }

    /** These layers, in this order. */
    public static Sequential of(Layer... layers) {
        return new Sequential(List.of(layers));
    }

    @Override
    public Tensor forward(Tensor x) {
        for (var layer : layers) {
            x = layer.forward(x);
        }
        return x;
    }

    @Override
    public Map<String, Param> params() {
        return ParamTree.ofList(layers);
    }

    @Override
    public Sequential then(Layer next) {
        var all = new ArrayList<>(layers);
        all.add(next);
        return new Sequential(all);
    }

    @Override
    public String toString() {
        return layers.stream().map(Sequential::text).collect(Collectors.joining(", ", "Sequential(", ")"));
    }

    /** Lambdas have no text of their own. */
    static String text(Layer layer) {
        return layer instanceof Record ? layer.toString() : "function";
    }
}
