package soma.nn;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import soma.Param;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.SomaException;
import soma.Tensor;

/** Finds a model's parameters through its record components, names, initializes and loads them. */
final class ParamTree {
    /** The source of first numbers while layers see their first data. */
    private static final ScopedValue<Rng> FIRST_NUMBERS = ScopedValue.newInstance();

    private ParamTree() {}

    static Map<String, Param> of(Layer layer) {
        var out = new LinkedHashMap<String, Param>();
        if (layer instanceof Record r) {
            collectComponents("", r, out);
        }
        return out;
    }

    static Map<String, Param> ofList(List<?> layers) {
        var out = new LinkedHashMap<String, Param>();
        collect("", layers, out);
        return out;
    }

    private static void collect(String path, Object node, Map<String, Param> out) {
        switch (node) {
            case Param p -> out.put(path, p);
            case Layer layer -> layer.params().forEach((name, p) -> out.put(join(path, name), p));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    collect(join(path, Integer.toString(i)), list.get(i), out);
                }
            }
            case Map<?, ?> map -> map.forEach((key, value) -> collect(join(path, key.toString()), value, out));
            case Optional<?> optional -> optional.ifPresent(value -> collect(path, value, out));
            case Record r -> collectComponents(path, r, out);
            default -> {}
        }
    }

    private static void collectComponents(String path, Record node, Map<String, Param> out) {
        for (var component : node.getClass().getRecordComponents()) {
            if (mayHoldParams(component.getType())) {
                collect(join(path, snake(component.getName())), value(node, component), out);
            }
        }
    }

    private static boolean mayHoldParams(Class<?> type) {
        return !type.isPrimitive() && !type.isEnum() && type != String.class && type != Tensor.class;
    }

    private static Object value(Record node, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            var value = accessor.invoke(node);
            if (value == null) {
                throw new SomaException(
                        node.getClass().getName() + ": its component " + component.getName() + " is null");
            }
            return value;
        } catch (InaccessibleObjectException e) {
            var type = node.getClass();
            throw new SomaException(
                    type.getName() + ": its components cannot be read; make the record public in an exported package,"
                            + " or write 'opens " + type.getPackageName() + " to soma;' in module-info.java of "
                            + type.getModule().getName());
        } catch (ReflectiveOperationException e) {
            throw new SomaException(
                    node.getClass().getName() + "." + component.getName() + "() failed: " + e.getCause());
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String snake(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    // ---- first numbers

    static void init(Layer layer, Rng rng) {
        layer.params().forEach((name, p) -> {
            p.named(name);
            if (p.isSized()) {
                p.initialize(rng.fold(hash(name)));
            }
        });
    }

    static void init(Layer layer, Rng rng, Tensor example) {
        init(layer, rng);
        if (layer.params().values().stream().anyMatch(p -> !p.isInitialized())) {
            ScopedValue.where(FIRST_NUMBERS, rng)
                    .call(() -> Soma.inference(() -> {
                        layer.forward(example);
                        return "";
                    }));
        }
    }

    /** The value of a parameter whose shape is known by now. */
    static Tensor value(Param p, int... shape) {
        if (!p.isInitialized()) {
            p.sized(Shape.of(shape));
            if (FIRST_NUMBERS.isBound()) {
                p.initialize(FIRST_NUMBERS.get().fold(hash(p.name())));
            }
        }
        return p.value();
    }

    /**
     * A bias whose law follows a weight; without a shape as long as the weight has none, for it cannot draw numbers
     * before.
     */
    static Param bias(int out, Param weight) {
        var law = Init.pytorchBias(weight);
        return weight.isSized() ? Param.lazy(Shape.of(out), law::draw) : Param.lazy(law::draw);
    }

    /** A new parameter, with another law, in place of one that may or may not know its shape. */
    static Param redrawn(Param p, Init init) {
        return p.isSized() ? Param.lazy(p.shape(), init::draw) : Param.lazy(init::draw);
    }

    /** FNV-1a, 64 bits: a name's hash that is the same in every release of Java. */
    private static long hash(String name) {
        long h = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            h = (h ^ name.charAt(i)) * 0x100000001b3L;
        }
        return h;
    }

    /** What a message calls a layer: its class, and its place in the model once parameters have been named. */
    static String name(String type, Param weight) {
        int dot = weight.name().lastIndexOf('.');
        return dot < 0 ? type : type + " " + weight.name().substring(0, dot);
    }

    // ---- loading and saving

    /** A copy of the numbers, which later updates leave alone. */
    static Tensor snapshot(Param p) {
        Object copy = switch (p.array()) {
            case float[] a -> a.clone();
            case double[] a -> a.clone();
            case int[] a -> a.clone();
            case long[] a -> a.clone();
            case byte[] a -> a.clone();
            case short[] a -> a.clone();
            default -> throw new IllegalStateException("array of " + p.dtype());
        };
        return Tensor.wrap(copy, p.dtype(), p.shape());
    }

    static void load(Layer layer, Map<String, Tensor> state) {
        var params = layer.params();
        var missing = new ArrayList<String>();
        params.forEach((name, p) -> {
            var given = state.get(name);
            if (given == null) {
                missing.add(name);
            } else if (p.isSized() && !p.shape().equals(given.shape())) {
                throw new SomaException("load: " + name + " has shape " + given.shape() + " in the file, " + p.shape()
                        + " in the model");
            }
        });
        // PyTorch counts the batches a batch norm has seen; nothing is computed from that number.
        var unknown = state.keySet().stream()
                .filter(name -> !params.containsKey(name) && !name.endsWith("num_batches_tracked"))
                .toList();
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new SomaException("load: the names do not match." + listed(" Missing: ", missing)
                    + listed(" Not in the model: ", unknown)
                    + " To load a part, call load on that layer, with its names only");
        }
        params.forEach((name, p) -> p.named(name).load(Objects.requireNonNull(state.get(name))));
    }

    private static String listed(String what, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        var shown = String.join(", ", names.subList(0, Math.min(8, names.size())));
        return what + shown + (names.size() > 8 ? " and " + (names.size() - 8) + " more." : ".");
    }
}
