package soma.conformance;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import soma.DType;
import soma.SomaException;
import soma.Tensor;
import soma.io.Npy;
import soma.io.Npz;
import soma.io.Safetensors;

/** Array files: good ones must hold what the manifest says, bad ones be refused with a message that names the file. */
final class ArrayFiles {
    /** Types that Soma lacks come as the next wider one. */
    private static final Map<String, DType> TYPES = Map.ofEntries(
            Map.entry("float64", DType.FLOAT64),
            Map.entry("f64", DType.FLOAT64),
            Map.entry("float32", DType.FLOAT32),
            Map.entry("f32", DType.FLOAT32),
            Map.entry("float16", DType.FLOAT16),
            Map.entry("f16", DType.FLOAT16),
            Map.entry("bf16", DType.BFLOAT16),
            Map.entry("int64", DType.INT64),
            Map.entry("i64", DType.INT64),
            Map.entry("int32", DType.INT32),
            Map.entry("i32", DType.INT32),
            Map.entry("int16", DType.INT32),
            Map.entry("i16", DType.INT32),
            Map.entry("int8", DType.INT8),
            Map.entry("i8", DType.INT8),
            Map.entry("uint8", DType.UINT8),
            Map.entry("u8", DType.UINT8),
            Map.entry("uint16", DType.INT32),
            Map.entry("u16", DType.INT32),
            Map.entry("uint32", DType.INT64),
            Map.entry("u32", DType.INT64),
            Map.entry("uint64", DType.INT64),
            Map.entry("u64", DType.INT64),
            Map.entry("bool", DType.BOOL));

    private static final double SLOW_SECONDS = 5;

    private ArrayFiles() {}

    static Tally run(Path folder) throws IOException {
        var tally = new Tally("array-files");
        var manifest = JsonParser.parseString(Files.readString(folder.resolve("manifest.json")))
                .getAsJsonObject();
        for (var e : manifest.getAsJsonArray("files")) {
            var entry = e.getAsJsonObject();
            tally.run(entry.get("file").getAsString(), () -> check(folder, entry));
        }
        return tally;
    }

    static List<String> check(Path folder, JsonObject entry) {
        var file = folder.resolve(entry.get("file").getAsString());
        long start = System.nanoTime();
        var problems = entry.has("expect") && entry.get("expect").getAsString().equals("error")
                ? refused(file, entry)
                : read(file, entry);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (seconds > SLOW_SECONDS) {
            problems.add("took " + seconds + " s");
        }
        return problems;
    }

    private static List<String> refused(Path file, JsonObject entry) {
        var problems = new ArrayList<String>();
        try {
            tensors(file, entry);
            problems.add("was read, expected a refusal: " + entry.get("why").getAsString());
        } catch (SomaException e) {
            var message = String.valueOf(e.getMessage());
            if (!message.contains(file.getFileName().toString())) {
                problems.add("the message does not name the file: " + message);
            }
            if (message.length() < file.toString().length() + 10) {
                problems.add("the message gives no reason: " + message);
            }
        }
        return problems;
    }

    private static List<String> read(Path file, JsonObject entry) {
        var problems = new ArrayList<String>();
        var wanted = wanted(entry);
        var got = tensors(file, entry);
        if (!got.keySet().equals(wanted.keySet())) {
            problems.add("holds " + got.keySet() + ", expected " + wanted.keySet());
            return problems;
        }
        wanted.forEach((name, want) -> problems.addAll(compare(name, got.get(name), want)));
        if (entry.has("metadata")) {
            var metadata = Safetensors.read(file).metadata();
            if (!metadata.equals(Numbers.attribute(entry.get("metadata")))) {
                problems.add("metadata " + metadata + ", expected " + entry.get("metadata"));
            }
        }
        return problems;
    }

    private static Map<String, JsonObject> wanted(JsonObject entry) {
        var out = new java.util.LinkedHashMap<String, JsonObject>();
        for (var list : List.of("tensors", "arrays")) {
            if (entry.has(list)) {
                entry.getAsJsonObject(list).asMap().forEach((name, t) -> out.put(name, t.getAsJsonObject()));
            }
        }
        if (entry.has("values")) {
            out.put("", entry);
        }
        return out;
    }

    private static Map<String, Tensor> tensors(Path file, JsonObject entry) {
        return switch (entry.get("format").getAsString()) {
            case "npy" -> Map.of("", Npy.read(file));
            case "npz" -> Npz.read(file);
            case "safetensors" -> Safetensors.read(file).tensors();
            default ->
                throw new MissingOperator("reader of " + entry.get("format").getAsString());
        };
    }

    private static List<String> compare(String name, Tensor got, JsonObject want) {
        var what = name.isEmpty() ? "the array" : "array '" + name + "'";
        if (!got.shape().equals(Numbers.shape(want))) {
            return List.of(what + " has shape " + got.shape() + ", expected " + Numbers.shape(want));
        }
        var stored = want.get("dtype").getAsString().toLowerCase(Locale.ROOT);
        var values = want.getAsJsonArray("values");
        boolean huge = values.asList().stream()
                .anyMatch(v -> v.getAsString().matches("\\d{19,}")
                        && new java.math.BigInteger(v.getAsString()).bitLength() > 63);
        var type = huge ? DType.FLOAT64 : TYPES.get(stored);
        if (got.dtype() != type) {
            return List.of(what + " is " + got.dtype() + ", expected " + type + " for " + stored);
        }
        if (type.isFloating()) {
            var numbers = got.toDoubleArray();
            for (int i = 0; i < numbers.length; i++) {
                // Bits, so that a zero keeps its sign; file formats do not round.
                if (Double.doubleToLongBits(numbers[i]) != Double.doubleToLongBits(Numbers.number(values.get(i)))) {
                    return List.of(what + " has " + numbers[i] + " at " + i + ", expected " + values.get(i));
                }
            }
            return List.of();
        }
        var whole = got.toLongArray();
        for (int i = 0; i < whole.length; i++) {
            var value = values.get(i);
            long expected = value.getAsJsonPrimitive().isBoolean() ? (value.getAsBoolean() ? 1 : 0) : value.getAsLong();
            if (whole[i] != expected) {
                return List.of(what + " has " + whole[i] + " at " + i + ", expected " + value);
            }
        }
        return List.of();
    }
}
