package soma.conformance;

import com.google.gson.JsonObject;
import java.util.Map;

final class Forms {
    static String of(String op) { throw new MissingOperator("form of " + op); }
    static Map<String, Object> arguments(JsonObject c) { return Numbers.attributes(c); }
}
