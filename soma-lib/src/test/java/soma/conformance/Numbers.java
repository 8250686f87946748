package soma.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/** Tensors and attributes as the case files write them, and how near two arrays must be. */
final class Numbers {
    private Numbers() {}

    /** |got - want| <= atol + rtol |want|. */
    record Tolerance(double rtol, double atol) {

        static Tolerance of(JsonObject c) {
            var t = c.getAsJsonObject("tol");
            return t == null
                    ? new Tolerance(1e-9, 1e-10)
                    : new Tolerance(t.get("rtol").getAsDouble(), t.get("atol").getAsDouble());
        }

        boolean admits(double got, double want) {
            return Double.isNaN(want)
                    ? Double.isNaN(got)
                    : got == want || Double.isFinite(want) && Math.abs(got - want) <= atol + rtol * Math.abs(want);
        }
    }

    /** A number, or one of the strings nan, inf, -inf, -0.0. */
    static double number(JsonElement e) {
        return switch (e.getAsString()) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "true" -> 1;
            case "false" -> 0;
            default -> e.getAsDouble();
        };
    }

    static double[] numbers(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToDouble(Numbers::number)
                .toArray();
    }

    static Shape shape(JsonObject t) {
        return Shape.of(t.getAsJsonArray("shape").asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray());
    }

    static DType dtype(JsonObject t) {
        return DType.valueOf(t.get("dtype").getAsString().toUpperCase(Locale.ROOT));
    }

    static Tensor tensor(JsonObject t) {
        if (dtype(t) == DType.INT64) {
            var whole = t.getAsJsonArray("data").asList().stream()
                    .mapToLong(JsonElement::getAsLong)
                    .toArray();
            return Tensor.wrap(whole, DType.INT64, shape(t));
        }
        var values =
                Tensor.wrap(numbers(t.get("data")), DType.FLOAT64, shape(t)).to(dtype(t));
        return Tensor.wrap(values.array(), values.dtype(), values.shape());
    }

    /** The tensors of a list by name. */
    static Map<String, JsonObject> byName(JsonObject c, String list) {
        var out = new LinkedHashMap<String, JsonObject>();
        if (c.has(list)) {
            c.getAsJsonArray(list)
                    .forEach(t -> out.put(t.getAsJsonObject().get("name").getAsString(), t.getAsJsonObject()));
        }
        return out;
    }

    /** An attribute as a script's value. */
    static Object attribute(JsonElement e) {
        if (e.isJsonNull()) {
            return null;
        }
        if (e.isJsonArray()) {
            var out = new ArrayList<Object>();
            e.getAsJsonArray().forEach(item -> out.add(attribute(item)));
            return out;
        }
        if (e.isJsonObject()) {
            var out = new LinkedHashMap<String, Object>();
            e.getAsJsonObject().asMap().forEach((name, item) -> out.put(name, attribute(item)));
            return out;
        }
        JsonPrimitive p = e.getAsJsonPrimitive();
        if (p.isBoolean()) {
            return p.getAsBoolean();
        }
        if (p.isNumber()) {
            return p.getAsString().matches("-?\\d+") ? (Object) p.getAsLong() : (Object) p.getAsDouble();
        }
        return p.getAsString();
    }

    static Map<String, Object> attributes(JsonObject c) {
        var out = new LinkedHashMap<String, Object>();
        if (c.has("attrs")) {
            c.getAsJsonObject("attrs").asMap().forEach((name, e) -> out.put(name, attribute(e)));
        }
        return out;
    }

    /** What is wrong with a tensor, or nothing. */
    static List<String> difference(String what, Tensor got, JsonObject want, Tolerance tolerance) {
        var shape = shape(want);
        var dtype = dtype(want);
        if (!got.shape().equals(shape)) {
            return List.of(what + " has shape " + got.shape() + ", expected " + shape);
        }
        if (got.dtype() != dtype) {
            return List.of(what + " is " + got.dtype() + ", expected " + dtype);
        }
        if (!dtype.isFloating()) {
            var values = Arrays.stream(numbers(want.get("data")))
                    .mapToLong(v -> (long) v)
                    .toArray();
            return Arrays.equals(got.toLongArray(), values)
                    ? List.of()
                    : List.of(what + " is " + Arrays.toString(got.toLongArray()) + ", expected "
                            + Arrays.toString(values));
        }
        return difference(what, got.toDoubleArray(), numbers(want.get("data")), tolerance);
    }

    static List<String> difference(String what, double[] got, double[] want, Tolerance tolerance) {
        if (got.length != want.length) {
            return List.of(what + " has " + got.length + " numbers, expected " + want.length);
        }
        int wrong = 0;
        int worst = -1;
        double distance = -1;
        for (int i = 0; i < want.length; i++) {
            if (!tolerance.admits(got[i], want[i])) {
                wrong++;
                double d = Math.abs(got[i] - want[i]);
                if (worst < 0 || d > distance || Double.isNaN(d)) {
                    worst = i;
                    distance = d;
                }
            }
        }
        return wrong == 0
                ? List.of()
                : List.of(what + ": " + wrong + " of " + want.length + " numbers differ, the worst at " + worst + ": "
                        + got[worst] + ", expected " + want[worst]);
    }
}
