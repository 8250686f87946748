package soma.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import soma.DType;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

/**
 * One array in NumPy's npy format, versions 1 to 3. Pickled objects are never loaded. Types that Soma lacks are widened
 * as in
 * {@link Safetensors#read}.
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Map<String, StoredType> TYPES = Map.ofEntries(
            Map.entry("b1", StoredType.BOOL),
            Map.entry("i1", StoredType.I8),
            Map.entry("i2", StoredType.I16),
            Map.entry("i4", StoredType.I32),
            Map.entry("i8", StoredType.I64),
            Map.entry("u1", StoredType.U8),
            Map.entry("u2", StoredType.U16),
            Map.entry("u4", StoredType.U32),
            Map.entry("u8", StoredType.U64),
            Map.entry("f2", StoredType.F16),
            Map.entry("f4", StoredType.F32),
            Map.entry("f8", StoredType.F64));

    private Npy() {}

    /** Reads a file. */
    public static Tensor read(Path file) {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ);
                var arena = Arena.ofConfined()) {
            return parse(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static Tensor parse(Path file, MemorySegment bytes) {
        long size = bytes.byteSize();
        if (size < 10 || bytes.asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) >= 0) {
            throw new FileFormatException(file, "not an npy array: it does not start with \\x93NUMPY");
        }
        int version = bytes.get(ValueLayout.JAVA_BYTE, 6);
        if (version < 1 || version > 3) {
            throw new FileFormatException(file, "npy version " + version + "; known are 1, 2 and 3");
        }
        int start = version == 1 ? 10 : 12;
        if (size < start) {
            throw new FileFormatException(file, "cut off in the header");
        }
        var order = ByteOrder.LITTLE_ENDIAN;
        long length = version == 1
                ? Short.toUnsignedInt(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 8))
                : Integer.toUnsignedLong(bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 8));
        if (length > size - start) {
            throw new FileFormatException(
                    file,
                    "the header's length is given as " + length + " bytes, the file has " + (size - start) + " more");
        }
        var charset = version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        var text = charset.decode(bytes.asSlice(start, length).asByteBuffer()).toString();
        return array(file, NpyHeader.parse(file, text), bytes.asSlice(start + length));
    }

    private static Tensor array(Path file, NpyHeader header, MemorySegment data) {
        var descr = header.descr();
        var type = descr.length() < 2 ? null : TYPES.get(descr.substring(1));
        char endian = descr.isEmpty() ? '?' : descr.charAt(0);
        if (type == null || "<>|=".indexOf(endian) < 0) {
            throw new FileFormatException(
                    file,
                    "dtype " + descr + (descr.contains("O") ? " is of pickled objects" : "")
                            + "; only numbers and bool can be read: "
                            + TYPES.keySet().stream().sorted().toList());
        }
        Shape shape;
        try {
            long bytes = type.bytes;
            for (long d : header.shape()) {
                bytes = Math.multiplyExact(bytes, d);
            }
            if (bytes > data.byteSize()) {
                throw new FileFormatException(
                        file,
                        "shape " + header.shape() + " of " + descr + " takes " + bytes + " bytes, the file has "
                                + data.byteSize());
            }
            shape = Shape.of(header.shape().stream().mapToInt(Math::toIntExact).toArray());
        } catch (ArithmeticException | ShapeException e) {
            throw new FileFormatException(file, "shape " + header.shape() + " is too large");
        }
        var order = endian == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        if (!header.fortranOrder() || shape.rank() < 2) {
            return type.read(data, 0, shape, order);
        }
        var reversed = shape.toArray();
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = shape.dim(shape.rank() - 1 - i);
        }
        var axes = new int[reversed.length];
        Arrays.setAll(axes, i -> axes.length - 1 - i);
        var t = type.read(data, 0, Shape.of(reversed), order).permute(axes);
        Soma.eval(t);
        return t;
    }

    /** Writes a file, whole or not at all. Bfloat16, which NumPy lacks, is written as float32. */
    public static void write(Path file, Tensor tensor) {
        var t = tensor.dtype() == DType.BFLOAT16 ? tensor.to(DType.FLOAT32) : tensor;
        Soma.eval(t);
        var header = NpyHeader.text(t);
        AtomicFile.write(file, channel -> {
            channel.write(ByteBuffer.wrap(header));
            Bytes.write(channel, t);
        });
    }
}
