package soma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.Tensor;

class SafetensorsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeGoesRound(DType dtype) {
        var file = folder.resolve("a.safetensors");
        var t = Rng.seed(1).integers(0, 2, Shape.of(3, 1, 7)).to(dtype);
        new Safetensors(Map.of("t", t), Map.of("k", "v\n\"ü")).write(file);
        var back = Safetensors.read(file);
        assertThat(back.metadata()).containsExactly(Map.entry("k", "v\n\"ü"));
        assertThat(back.tensors().get("t").dtype()).isEqualTo(dtype);
        assertThat(back.tensors().get("t").shape()).isEqualTo(t.shape());
        assertThat(back.tensors().get("t").toDoubleArray()).isEqualTo(t.toDoubleArray());
    }

    @Test
    void manyTensorsOfManySizes() throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        var rng = Rng.seed(2);
        tensors.put("bytes", rng.integers(0, 256, Shape.of(13)).to(DType.UINT8));
        tensors.put("big", Tensor.randn(rng, 1100, 1000));
        tensors.put("empty", Tensor.zeros(0, 4));
        tensors.put("scalar", Tensor.scalar(Double.MIN_VALUE, DType.FLOAT64));
        tensors.put("longs", Tensor.of(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}));
        var file = folder.resolve("deep/er/m.safetensors");
        new Safetensors(tensors, Map.of()).write(file);
        var back = Safetensors.read(file).tensors();
        assertThat(back.keySet()).containsExactlyInAnyOrderElementsOf(tensors.keySet());
        assertThat(back.get("big").toFloatArray()).isEqualTo(tensors.get("big").toFloatArray());
        assertThat(back.get("scalar").shape()).isEqualTo(Shape.SCALAR);
        assertThat(back.get("scalar").item()).isEqualTo(Double.MIN_VALUE);
        assertThat(back.get("longs").toLongArray()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(back.get("empty").shape()).isEqualTo(Shape.of(0, 4));
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    private Path file(String header, int dataBytes) throws IOException {
        var text = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        return Files.write(folder.resolve("bad.safetensors"), bytes.array());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"extra\":1}}",
                "{\"a\":{\"dtype\":\"F9\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} x",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1e0],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}",
                "{\"a\":[[[[[[[[[[[[[[]]]]]]]]]]]]]]}",
                "{\"a\":7}",
                "{",
                "[]",
                "{'a':{}}",
                "{\"__metadata__\":{\"a\":1}}",
                "{}"
            })
    void malformedHeadersAreRefused(String header) throws IOException {
        var file = file(header, 4);
        assertThatThrownBy(() -> Safetensors.read(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("bad.safetensors: ");
    }

    @Test
    void messagesSayWhatIsWrong() throws IOException {
        var file = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,4]}}", 4);
        assertThatThrownBy(() -> Safetensors.read(file))
                .hasMessage(file + ": tensor 'a': shape [3] of F32 takes 12 bytes, the offsets give it 4");
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("none"))).isInstanceOf(UncheckedIOException.class);
    }

    /** Whatever bytes are changed, there is a tensor or a clear refusal. */
    @Test
    void damagedFilesNeverCrash() throws IOException {
        var file = folder.resolve("a.safetensors");
        new Safetensors(Map.of("a", Tensor.ones(3), "b", Tensor.zeros(2, 2)), Map.of("k", "v")).write(file);
        var whole = Files.readAllBytes(file);
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            var bytes = whole.clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                bytes[random.nextInt(whole.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, i % 5 == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(whole.length)) : bytes);
            try {
                assertThat(Safetensors.read(file).tensors()).hasSizeLessThanOrEqualTo(2);
            } catch (FileFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
