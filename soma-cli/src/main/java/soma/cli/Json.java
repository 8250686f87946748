package soma.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One line of JSON out of maps, lists, numbers, booleans and text. */
public final class Json {

    private Json() {}

    /** An object, its fields in the order of the map. JSON has no NaN and no infinity: they become null. */
    public static String line(Map<String, ?> fields) {
        return tree(fields).toString();
    }

    private static JsonElement tree(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.INSTANCE;
            case Map<?, ?> map -> {
                var object = new JsonObject();
                map.forEach((name, field) -> object.add(String.valueOf(name), tree(field)));
                yield object;
            }
            case Iterable<?> list
            when !(list instanceof Path) -> {
                var array = new JsonArray();
                list.forEach(element -> array.add(tree(element)));
                yield array;
            }
            case Double d when !Double.isFinite(d) -> JsonNull.INSTANCE;
            case Number number -> new JsonPrimitive(number);
            case Boolean flag -> new JsonPrimitive(flag);
            default -> new JsonPrimitive(value.toString());
        };
    }
}
