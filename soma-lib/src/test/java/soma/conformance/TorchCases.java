package soma.conformance;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Cases in the format {@code soma-torch-cases/1}: operators with gradients, second order, optimizers, schedules,
 * initialisers.
 */
final class TorchCases {
    private TorchCases() {}

    static boolean isCaseFile(Path file) {
        var name = file.getFileName().toString();
        return name.contains("cases") && (name.endsWith(".json.gz") || name.endsWith(".json"));
    }

    static Tally run(Path file) throws IOException {
        var tally = new Tally(file.getFileName().toString().replaceAll("\\.json(\\.gz)?$", ""));
        var operators = new Operators();
        for (var c : read(file)) {
            tally.run(c.get("id").getAsString(), () -> check(operators, c));
        }
        return tally;
    }

    static List<JsonObject> read(Path file) throws IOException {
        try (var raw = Files.newInputStream(file);
                var in = new InputStreamReader(
                        file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw, StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(in).getAsJsonObject().getAsJsonArray("cases").asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .toList();
        }
    }

    /** What is wrong: nothing where the case is met. */
    static List<String> check(Operators operators, JsonObject c) {
        return switch (c.get("kind").getAsString()) {
            case "op" -> OperatorCases.check(operators, c);
            case "second_order" -> SecondOrderCases.check(operators, c);
            case "optimizer" -> OptimizerCases.check(c);
            case "schedule" -> ScheduleCases.check(c);
            case "init" -> InitCases.check(c);
            default -> throw new MissingOperator("kind " + c.get("kind").getAsString());
        };
    }
}
