package soma.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import soma.Tensor;

/**
 * PyTorch's operators by their ATen names, each with the names and defaults of its arguments, as calls of Soma's public
 * operations.
 */
final class Operators {
    private static final Object REQUIRED = new Object();

    /** How an operator is called: {@code rest} is the argument that takes all further positional ones, or empty. */
    private record Operator(List<String> names, List<Object> defaults, String rest, Function<Arguments, Object> body) {}

    private final Map<String, Operator> table = new TreeMap<>();

    Operators() {
        AtenMath.addTo(this);
        AtenReductions.addTo(this);
        AtenShapes.addTo(this);
        AtenIndexing.addTo(this);
        AtenProducts.addTo(this);
        AtenLayers.addTo(this);
        AtenRecurrent.addTo(this);
        AtenAttention.addTo(this);
        AtenLosses.addTo(this);
        AtenLinalg.addTo(this);
    }

    boolean knows(String name) {
        return table.containsKey(name);
    }

    Set<String> names() {
        return table.keySet();
    }

    /**
     * Adds an operator by its signature, as in {@code "clamp(input, min=None, max=None)"}; further names mean the same.
     */
    void add(String signature, Function<Arguments, Object> body, String... aliases) {
        var call = (Script.Call) Script.expression(signature);
        var names = new ArrayList<String>();
        var defaults = new ArrayList<Object>();
        var rest = "";
        for (var argument : call.arguments()) {
            if (argument instanceof Script.Unary(String op, Script.Name(String name)) && op.equals("*")) {
                rest = name;
                names.add(name);
                defaults.add(null);
            } else {
                names.add(((Script.Name) argument).name());
                defaults.add(REQUIRED);
            }
        }
        call.named().forEach((name, value) -> {
            names.add(name);
            defaults.add(new Evaluator(this, Map.of()).evaluate(value));
        });
        var operator = new Operator(names, defaults, rest, body);
        table.put(((Script.Name) call.function()).name(), operator);
        for (var alias : aliases) {
            table.put(alias, operator);
        }
    }

    /** Adds functions of one tensor. */
    void addUnary(String name, UnaryOperator<Tensor> f, String... aliases) {
        add(name + "(input)", a -> f.apply(a.x()), aliases);
    }

    Object call(String name, List<Object> positional, Map<String, Object> named, Evaluator evaluator) {
        var operator = table.get(name);
        if (operator == null) {
            throw new MissingOperator("torch." + name);
        }
        var values = new LinkedHashMap<String, Object>();
        int at = 0;
        for (int i = 0; i < operator.names.size(); i++) {
            var argument = operator.names.get(i);
            if (argument.equals(operator.rest)) {
                var rest = new ArrayList<>(positional.subList(Math.min(at, positional.size()), positional.size()));
                at = positional.size();
                var given = named.containsKey(argument) ? named.get(argument) : rest;
                values.put(argument, rest.size() == 1 && rest.get(0) instanceof List<?> list ? list : given);
            } else if (at < positional.size()) {
                values.put(argument, positional.get(at++));
            } else if (named.containsKey(argument)) {
                values.put(argument, named.get(argument));
            } else if (operator.defaults.get(i) != REQUIRED) {
                values.put(argument, operator.defaults.get(i));
            } else {
                throw new IllegalArgumentException("torch." + name + ": argument '" + argument + "' is missing");
            }
        }
        if (at < positional.size() || !operator.names.containsAll(named.keySet())) {
            throw new MissingOperator("torch." + name + " with arguments " + positional.size() + " " + named.keySet());
        }
        return operator.body.apply(new Arguments("torch." + name, values, evaluator));
    }
}
