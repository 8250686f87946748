package soma.datasets;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import soma.DType;
import soma.Shape;
import soma.Tensor;

/**
 * The idx format, in which MNIST and its kin come: a big-endian magic number (two zero bytes, the element type, the number of axes), the
 * size of each axis, the elements. Gzip is recognised by its own first bytes. Bytes become uint8, signed bytes int8, shorts and ints
 * int32, floats float32, doubles float64.
 */
public final class Idx {
    private static final int MOST_AXES = 8;

    private Idx() {}

    /** Reads a file. */
    public static Tensor read(Path file) {
        try (var in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads a stream; {@code name} is what messages call it. */
    public static Tensor read(InputStream stream, String name) {
        try (var in = new DataInputStream(unpacked(stream))) {
            return read(in, name);
        } catch (EOFException e) {
            throw new IdxException(name, "ends within its header", e);
        } catch (ZipException e) {
            throw new IdxException(name, "has damaged gzip data: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static InputStream unpacked(InputStream stream) throws IOException {
        var in = new BufferedInputStream(stream, 1 << 16);
        in.mark(2);
        int first = in.read();
        int second = in.read();
        in.reset();
        return first == 0x1f && second == 0x8b
                ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16)
                : in;
    }

    private static Tensor read(DataInputStream in, String name) throws IOException {
        int magic = in.readInt();
        int axes = magic & 0xFF;
        int type = magic >>> 8 & 0xFF;
        if (magic >>> 16 != 0 || axes > MOST_AXES) {
            throw new IdxException(name, String.format("begins with 0x%08x, which no idx file does", magic), null);
        }
        int width = switch (type) {
            case 0x08, 0x09 -> 1;
            case 0x0B -> 2;
            case 0x0C, 0x0D -> 4;
            case 0x0E -> 8;
            default ->
                throw new IdxException(
                        name, String.format("has element type 0x%02x, expected 08, 09 or 0B to 0E", type), null);
        };
        var dims = new int[axes];
        long size = 1;
        for (int i = 0; i < axes; i++) {
            dims[i] = in.readInt();
            if (dims[i] < 0) {
                throw new IdxException(
                        name, "claims " + Integer.toUnsignedString(dims[i]) + " entries along axis " + i, null);
            }
            size *= dims[i];
            if (size * width > Integer.MAX_VALUE - 8) {
                throw new IdxException(
                        name, "claims a shape of " + Arrays.toString(dims) + ", more than fits in memory", null);
            }
        }
        var bytes = in.readNBytes((int) size * width);
        if (bytes.length < size * width) {
            throw new IdxException(
                    name,
                    "is cut short: its header promises " + size * width + " bytes of data, it has " + bytes.length,
                    null);
        }
        if (in.read() >= 0) {
            throw new IdxException(name, "has more data than the " + size * width + " bytes its header promises", null);
        }
        return tensor(bytes, type, Shape.of(dims));
    }

    private static Tensor tensor(byte[] bytes, int type, Shape shape) {
        var buffer = java.nio.ByteBuffer.wrap(bytes);
        int n = shape.size();
        return switch (type) {
            case 0x08 -> Tensor.wrap(bytes, DType.UINT8, shape);
            case 0x09 -> Tensor.wrap(bytes, DType.INT8, shape);
            case 0x0B -> {
                var out = new int[n];
                Arrays.setAll(out, i -> buffer.getShort(2 * i));
                yield Tensor.wrap(out, DType.INT32, shape);
            }
            case 0x0C -> {
                var out = new int[n];
                buffer.asIntBuffer().get(out);
                yield Tensor.wrap(out, DType.INT32, shape);
            }
            case 0x0D -> {
                var out = new float[n];
                buffer.asFloatBuffer().get(out);
                yield Tensor.wrap(out, DType.FLOAT32, shape);
            }
            default -> {
                var out = new double[n];
                buffer.asDoubleBuffer().get(out);
                yield Tensor.wrap(out, DType.FLOAT64, shape);
            }
        };
    }
}
