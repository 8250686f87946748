package soma.optim;

import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import soma.SomaException;
import soma.Tensor;

/** Takes what an optimizer remembers apart into tensors and puts it together again. */
final class StateTree {
    private StateTree() {}

    /** The tensors of a state by name, in order. */
    static Map<String, Tensor> tensors(Object state) {
        var out = new LinkedHashMap<String, Tensor>();
        replace(state, (name, t) -> {
            out.put(name, t);
            return t;
        });
        return out;
    }

    /** The same state with other tensors. */
    @SuppressWarnings("unchecked")
    static <S> S replace(S state, BiFunction<String, Tensor, Tensor> f) {
        return (S) replace("", state, f);
    }

    private static Object replace(String path, Object state, BiFunction<String, Tensor, Tensor> f) {
        return switch (state) {
            case Tensor t -> f.apply(path, t);
            case Optional<?> o -> o.map(t -> replace(path, t, f));
            case List<?> list -> {
                var out = new ArrayList<Object>();
                for (int i = 0; i < list.size(); i++) {
                    out.add(replace(join(path, "" + i), list.get(i), f));
                }
                yield List.copyOf(out);
            }
            case Record r -> rebuild(path, r, f);
            default ->
                throw new SomaException("an optimizer remembers a "
                        + state.getClass().getName() + "; expected a tensor, or a record, list or optional of tensors");
        };
    }

    private static Object rebuild(String path, Record state, BiFunction<String, Tensor, Tensor> f) {
        var type = state.getClass();
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        try {
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                var accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                values[i] = replace(join(path, components[i].getName()), accessor.invoke(state), f);
            }
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InaccessibleObjectException e) {
            throw new SomaException(
                    type.getName() + ": its components cannot be read; make the record public in an exported package,"
                            + " or write 'opens " + type.getPackageName() + " to soma;' in module-info.java of "
                            + type.getModule().getName());
        } catch (ReflectiveOperationException e) {
            throw new SomaException(type.getName() + ": cannot be read or made: " + e);
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
