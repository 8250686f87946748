package soma.io;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/**
 * Named tensors in the safetensors format: an 8-byte length, a JSON header, then the numbers, nothing between them.
 * Reading checks all that the format asks for, and trusts no number in the file.
 * {@snippet :
 * new Safetensors(model.stateDict(), Map.of("format", "pt")).write(Path.of("model.safetensors"));
 * model.load(Safetensors.read(Path.of("model.safetensors")).tensors());
 * }
 *
 * @param tensors by name, in the file's order
 * @param metadata texts about them
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    private static final long LONGEST_HEADER = 100_000_000;
    private static final String METADATA = "__metadata__";

    private record Entry(String name, StoredType type, List<Long> shape, long begin, long end) {}

    public Safetensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Reads a file. Types that Soma lacks are widened: 16-bit integers to int32, unsigned 32-bit ones to int64. */
    public static Safetensors read(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            long size = channel.size();
            if (size < 8) {
                throw new FileFormatException(
                        file, size + " bytes are too few for a safetensors file; it starts with 8 for a length");
            }
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
            long length = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
            if (length <= 0 || length > LONGEST_HEADER || length > size - 8) {
                throw new FileFormatException(
                        file,
                        "the header's length is given as " + Long.toUnsignedString(length) + " bytes; expected 1 to "
                                + Math.min(LONGEST_HEADER, size - 8) + " in a file of " + size);
            }
            var entries = new ArrayList<Entry>();
            var metadata = new LinkedHashMap<String, String>();
            header(file, text(file, bytes.asSlice(8, length)), entries, metadata);
            return new Safetensors(tensors(file, entries, bytes.asSlice(8 + length)), metadata);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String text(Path file, MemorySegment header) {
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(header.asByteBuffer())
                    .toString();
            if (!text.startsWith("{")) {
                throw new FileFormatException(file, "the header does not begin with '{'");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new FileFormatException(file, "the header is not UTF-8");
        }
    }

    // ---- the header

    private static void header(Path file, String text, List<Entry> entries, Map<String, String> metadata)
            throws IOException {
        var json = new JsonReader(new StringReader(text));
        json.setStrictness(Strictness.STRICT);
        try {
            var names = new HashSet<String>();
            json.beginObject();
            while (json.hasNext()) {
                var name = json.nextName();
                if (!names.add(name)) {
                    throw new FileFormatException(file, "the header names '" + name + "' twice");
                }
                if (name.equals(METADATA)) {
                    metadata(file, json, metadata);
                } else {
                    entries.add(entry(file, name, json));
                }
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw new FileFormatException(file, "something follows the header's closing brace");
            }
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new FileFormatException(file, "the header is not the JSON that was expected: " + firstLine(e));
        }
    }

    private static String firstLine(Exception e) {
        var message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("");
    }

    private static void metadata(Path file, JsonReader json, Map<String, String> metadata) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            var key = json.nextName();
            if (json.peek() != JsonToken.STRING) {
                throw new FileFormatException(file, "metadata '" + key + "' is not a string");
            }
            metadata.put(key, json.nextString());
        }
        json.endObject();
    }

    private static Entry entry(Path file, String name, JsonReader json) throws IOException {
        @Nullable StoredType type = null;
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        json.beginObject();
        while (json.hasNext()) {
            var key = json.nextName();
            switch (key) {
                case "dtype" -> type = type(file, name, json.nextString());
                case "shape" -> shape = numbers(file, name, json);
                case "data_offsets" -> offsets = numbers(file, name, json);
                default ->
                    throw new FileFormatException(file, "tensor '" + name + "' has an unknown field '" + key + "'");
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new FileFormatException(file, "tensor '" + name + "' lacks a dtype, a shape or two data offsets");
        }
        return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private static StoredType type(Path file, String name, String text) {
        for (var type : StoredType.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw new FileFormatException(
                file, "tensor '" + name + "' has dtype " + text + "; known are " + List.of(StoredType.values()));
    }

    private static List<Long> numbers(Path file, String name, JsonReader json) throws IOException {
        var out = new ArrayList<Long>();
        json.beginArray();
        while (json.hasNext()) {
            var text = json.peek() == JsonToken.NUMBER ? json.nextString() : "";
            if (!text.matches("\\d{1,18}")) {
                throw new FileFormatException(
                        file,
                        "tensor '" + name + "': a shape or offset is not a whole number of 0 or more: "
                                + (text.isEmpty() ? json.peek() : text));
            }
            out.add(Long.parseLong(text));
        }
        json.endArray();
        return out;
    }

    // ---- the numbers

    private static Map<String, Tensor> tensors(Path file, List<Entry> entries, MemorySegment data) {
        long at = 0;
        for (var e : entries.stream()
                .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
                .toList()) {
            if (e.begin != at) {
                throw new FileFormatException(
                        file,
                        "tensor '" + e.name + "' begins at byte " + e.begin + " of the data, where " + at
                                + " was expected: " + (e.begin < at ? "tensors overlap" : "there is a hole"));
            }
            at = e.end;
            if (e.end < e.begin || e.end > data.byteSize()) {
                throw new FileFormatException(
                        file,
                        "tensor '" + e.name + "' lies at bytes " + e.begin + " to " + e.end
                                + " of the data, of which there are " + data.byteSize() + ": is the file cut off?");
            }
        }
        if (at != data.byteSize()) {
            throw new FileFormatException(file, data.byteSize() - at + " bytes follow the last tensor");
        }
        var out = new LinkedHashMap<String, Tensor>();
        for (var e : entries) {
            out.put(e.name, e.type.read(data, e.begin, shape(file, e), ByteOrder.LITTLE_ENDIAN));
        }
        return out;
    }

    private static Shape shape(Path file, Entry e) {
        try {
            long bytes = e.type.bytes;
            for (long d : e.shape) {
                bytes = Math.multiplyExact(bytes, d);
            }
            if (bytes != e.end - e.begin) {
                throw new FileFormatException(
                        file,
                        "tensor '" + e.name + "': shape " + e.shape + " of " + e.type + " takes " + bytes
                                + " bytes, the offsets give it " + (e.end - e.begin));
            }
            return Shape.of(e.shape.stream().mapToInt(Math::toIntExact).toArray());
        } catch (ArithmeticException | ShapeException problem) {
            throw new FileFormatException(file, "tensor '" + e.name + "': shape " + e.shape + " is too large");
        }
    }

    // ---- writing

    /** Writes a file, whole or not at all. Tensors of wide types come first, so that all are aligned. */
    public void write(Path file) {
        Soma.eval(List.copyOf(tensors.values()));
        var order = tensors.entrySet().stream()
                .sorted(Comparator.comparingInt(e -> -e.getValue().dtype().bytes()))
                .toList();
        AtomicFile.write(file, channel -> {
            var header = header(order);
            var start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
            channel.write(start.putLong(header.length).put(header).flip());
            for (var e : order) {
                Bytes.write(channel, e.getValue());
            }
        });
    }

    private byte[] header(List<Map.Entry<String, Tensor>> order) throws IOException {
        var text = new StringWriter();
        try (var json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name(METADATA).beginObject();
                for (var e : metadata.entrySet()) {
                    json.name(e.getKey()).value(e.getValue());
                }
                json.endObject();
            }
            long at = 0;
            for (var e : order) {
                var t = e.getValue();
                json.name(e.getKey()).beginObject();
                json.name("dtype").value(StoredType.of(t.dtype()).name());
                json.name("shape").beginArray();
                for (int d : t.shape().toArray()) {
                    json.value(d);
                }
                json.endArray();
                long end = at + (long) t.numel() * t.dtype().bytes();
                json.name("data_offsets").beginArray().value(at).value(end).endArray();
                json.endObject();
                at = end;
            }
            json.endObject();
        }
        var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        var padded = Arrays.copyOf(bytes, (bytes.length + 7) / 8 * 8);
        Arrays.fill(padded, bytes.length, padded.length, (byte) ' ');
        return padded;
    }
}
