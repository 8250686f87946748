package soma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import soma.Conformance;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * The stored good and malformed files: the former are read, each of the latter is refused by name and with a reason.
 */
class ArrayFilesTest {

    @TestFactory
    Stream<DynamicTest> stored() throws IOException {
        var folder = Conformance.folder().map(f -> f.resolve("array-files"));
        if (folder.isEmpty() || !Files.isDirectory(folder.get())) {
            return Stream.empty();
        }
        return new Gson()
                        .fromJson(Files.readString(folder.get().resolve("manifest.json")), JsonObject.class)
                        .getAsJsonArray("files")
                        .asList()
                        .stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(f -> DynamicTest.dynamicTest(f.get("file").getAsString(), () -> check(folder.get(), f)));
    }

    private static Map<String, Tensor> read(Path file, String format) {
        return switch (format) {
            case "npy" -> Map.of("", Npy.read(file));
            case "npz" -> Npz.read(file);
            case "safetensors" -> Safetensors.read(file).tensors();
            default -> throw new IllegalArgumentException(format);
        };
    }

    private static void check(Path folder, JsonObject f) {
        var file = folder.resolve(f.get("file").getAsString());
        var format = f.get("format").getAsString();
        if (f.has("expect")) {
            assertThatThrownBy(() -> read(file, format))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining(file.getFileName().toString());
            return;
        }
        var got = read(file, format);
        if (format.equals("npy")) {
            same(got.get(""), f);
            return;
        }
        var want = f.getAsJsonObject(format.equals("npz") ? "arrays" : "tensors");
        assertThat(got.keySet()).isEqualTo(want.keySet());
        want.asMap().forEach((name, t) -> same(got.get(name), t.getAsJsonObject()));
        if (f.has("metadata")) {
            var metadata = Safetensors.read(file).metadata();
            assertThat(metadata).hasSize(f.getAsJsonObject("metadata").size());
            f.getAsJsonObject("metadata")
                    .asMap()
                    .forEach((k, v) -> assertThat(metadata).containsEntry(k, v.getAsString()));
        }
    }

    private static void same(Tensor got, JsonObject want) {
        assertThat(got.shape())
                .isEqualTo(Shape.of(want.getAsJsonArray("shape").asList().stream()
                        .mapToInt(JsonElement::getAsInt)
                        .toArray()));
        assertThat(got.dtype()).isEqualTo(dtype(want.get("dtype").getAsString()));
        var values = got.to(DType.FLOAT64).toDoubleArray();
        JsonArray expected = want.getAsJsonArray("values");
        assertThat(values).hasSize(expected.size());
        for (int i = 0; i < values.length; i++) {
            var e = expected.get(i).getAsJsonPrimitive();
            double number = e.isBoolean() ? (e.getAsBoolean() ? 1 : 0) : Conformance.number(e);
            assertThat(Double.doubleToLongBits(values[i])).as("[%d]", i).isEqualTo(Double.doubleToLongBits(number));
        }
    }

    private static DType dtype(String name) {
        return switch (name) {
            case "F32", "float32" -> DType.FLOAT32;
            case "F64", "float64" -> DType.FLOAT64;
            case "F16", "float16" -> DType.FLOAT16;
            case "BF16" -> DType.BFLOAT16;
            case "I64", "int64" -> DType.INT64;
            case "I32", "int32", "int16", "uint16" -> DType.INT32;
            case "I8", "int8" -> DType.INT8;
            case "U8", "uint8" -> DType.UINT8;
            case "BOOL", "bool" -> DType.BOOL;
            case "uint32" -> DType.INT64;
            // The stored file holds 2^64 - 1, which only a float64 comes near.
            case "uint64" -> DType.FLOAT64;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
