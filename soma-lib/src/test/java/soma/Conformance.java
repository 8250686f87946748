package soma;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The stored reference cases: in the folder that the system property {@code soma.conformance} or SOMA_CONFORMANCE names, else in
 * {@code shared/conformance} beside the project. Where there is none the tests that read them have nothing to do.
 */
public final class Conformance {
    private Conformance() {}

    public static Optional<Path> folder() {
        var named = System.getProperty("soma.conformance", System.getenv("SOMA_CONFORMANCE"));
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        for (var p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            var candidate = p.resolve("shared/conformance");
            if (Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** The torch cases of one kind. */
    public static List<JsonObject> torch(String kind) throws IOException {
        var file = folder().map(f -> f.resolve("torch-cases.json.gz"));
        if (file.isEmpty() || !Files.exists(file.get())) {
            return List.of();
        }
        try (var in =
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file.get())), StandardCharsets.UTF_8)) {
            return new Gson()
                    .fromJson(in, JsonObject.class).getAsJsonArray("cases").asList().stream()
                            .map(JsonElement::getAsJsonObject)
                            .filter(c -> c.get("kind").getAsString().equals(kind))
                            .toList();
        }
    }

    /** A tensor {name, dtype, shape, data}. */
    public static Tensor tensor(JsonObject t) {
        double[] data = doubles(t.get("data"));
        var shape = t.getAsJsonArray("shape").asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
        var dtype = DType.valueOf(t.get("dtype").getAsString().toUpperCase(java.util.Locale.ROOT));
        return Tensor.wrap(data, DType.FLOAT64, Shape.of(shape)).to(dtype);
    }

    public static double[] doubles(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToDouble(e -> e.getAsJsonPrimitive().isBoolean() ? (e.getAsBoolean() ? 1 : 0) : number(e))
                .toArray();
    }

    /** A number, or one of the texts for those that JSON lacks. */
    public static double number(JsonElement e) {
        return switch (e.getAsString()) {
            case "nan" -> Double.NaN;
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> e.getAsDouble();
        };
    }
}
