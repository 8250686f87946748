package soma.conformance;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What the operators compute from inputs and attributes, for cases without a defining expression: forms.txt. */
final class Forms {

    /** A script, and the values of names that a case need not give. */
    record Form(Map<String, Script.Node> defaults, String script) {

        /** Attributes and defaults; an attribute that has an input's name gets an underscore. */
        Map<String, Object> arguments(JsonObject c) {
            var nothing = new Evaluator(new Operators(), Map.of());
            var inputs = Numbers.byName(c, "inputs").keySet();
            var out = new LinkedHashMap<String, Object>();
            defaults.forEach((name, value) -> out.put(name, nothing.evaluate(value)));
            Numbers.attributes(c).forEach((name, value) -> out.put(inputs.contains(name) ? name + "_" : name, value));
            return out;
        }
    }

    private static final Map<String, Form> ALL = read();

    private Forms() {}

    static Form of(String op) {
        var form = ALL.get(op);
        if (form == null) {
            throw new MissingOperator("definition of " + op);
        }
        return form;
    }

    static Map<String, Form> all() {
        return ALL;
    }

    private static Map<String, Form> read() {
        var forms = new LinkedHashMap<String, Form>();
        try (var in = Objects.requireNonNull(Forms.class.getResourceAsStream("forms.txt"), "forms.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#"))
                    .forEach(line -> {
                        var sides = line.split(" -> ", 2);
                        var head = sides[0].split(": ", 2);
                        var call = (Script.Call) Script.expression("f(" + (head.length > 1 ? head[1] : "") + ")");
                        forms.put(head[0], new Form(call.named(), sides[1]));
                    });
            return forms;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
