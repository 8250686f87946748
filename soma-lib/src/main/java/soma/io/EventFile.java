package soma.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * TensorBoard's event files, scalars only. A file is a chain of records: length (8 bytes, little endian), its checksum,
 * data, their checksum; a record is a protobuf Event {1: time, 2: step, 3: version, 5: summary, 7: session}, a summary
 * {1: value {1: tag, 2: number}}.
 * {@snippet :
 * try (var events = EventFile.create(Path.of("runs/first"))) {
 *     events.scalar("loss/training", 0.25, 1);
 * }
 * }
 */
public final class EventFile implements AutoCloseable {
    private static final int MASK = 0xA282EAD8;
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final Path file;
    private final FileChannel channel;

    private EventFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** A number over time. */
    public record Scalar(String tag, double value, long step) {}

    /** A new file in this folder, which TensorBoard shows as one run together with the folder's older ones. */
    public static EventFile create(Path folder) {
        try {
            Files.createDirectories(folder);
            long now = System.currentTimeMillis();
            for (int attempt = 0; ; attempt++) {
                var name = String.format("events.out.tfevents.%010d.soma.%d", now / 1000, now % 1000 + 1000L * attempt);
                var file = folder.resolve(name);
                if (!Files.exists(file)) {
                    var out = new EventFile(
                            file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
                    out.write(0, field(3, "brain.Event:2".getBytes(StandardCharsets.US_ASCII)));
                    return out;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write events to " + folder + ": " + e.getMessage(), e);
        }
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** One number. */
    public void scalar(String tag, double value, long step) {
        var number = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN);
        number.put((byte) (2 << 3 | FIXED32)).putFloat((float) value);
        var pair = joined(field(1, tag.getBytes(StandardCharsets.UTF_8)), number.array());
        write(step, field(5, field(1, pair)));
    }

    /** Numbers of older files from {@code step} on are no longer to be shown: training went on from before them. */
    public void restart(long step) {
        write(step, field(7, new byte[] {1 << 3 | VARINT, 1}));
    }

    private void write(long step, byte[] what) {
        var time = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
        time.put((byte) (1 << 3 | FIXED64)).putDouble(System.currentTimeMillis() / 1000.0);
        var at = new ByteArrayOutputStream();
        at.write(2 << 3 | VARINT);
        varint(step, at);
        record(joined(time.array(), at.toByteArray(), what));
    }

    private void record(byte[] data) {
        var out = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(data.length);
        out.putInt(checksum(out.array(), 0, 8)).put(data).putInt(checksum(data, 0, data.length));
        out.flip();
        try {
            while (out.hasRemaining()) {
                channel.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static int checksum(byte[] bytes, int from, int count) {
        var crc = new CRC32C();
        crc.update(bytes, from, count);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    private static byte[] field(int number, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.write(number << 3 | BYTES);
        varint(content.length, out);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static void varint(long value, ByteArrayOutputStream out) {
        long rest = value;
        for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
            out.write((int) (rest & 0x7F | 0x80));
        }
        out.write((int) rest);
    }

    private static byte[] joined(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (var part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file + ": " + e.getMessage(), e);
        }
    }

    // ---- reading

    /** All scalars of a file; a last record that is not whole yet is left out. */
    public static List<Scalar> read(Path file) {
        try {
            var in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            var out = new ArrayList<Scalar>();
            while (in.remaining() >= 12) {
                int start = in.position();
                long length = in.getLong();
                check(file, in, start, 8);
                if (length > in.remaining() - 4) {
                    break;
                }
                start = in.position();
                in.position(start + (int) length);
                check(file, in, start, (int) length);
                event(file, in.slice(start, (int) length).order(ByteOrder.LITTLE_ENDIAN), out);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static void check(Path file, ByteBuffer in, int start, int count) {
        if (in.getInt() != checksum(in.array(), start, count)) {
            throw new FileFormatException(file, "not a TensorBoard event file, or damaged: wrong checksum at " + start);
        }
    }

    private static void event(Path file, ByteBuffer in, List<Scalar> out) {
        long step = 0;
        var values = new ArrayList<ByteBuffer>();
        while (in.hasRemaining()) {
            int key = (int) varint(file, in);
            if (key == (2 << 3 | VARINT)) {
                step = varint(file, in);
            } else if (key == (5 << 3 | BYTES)) {
                var summary = bytes(file, in);
                while (summary.hasRemaining()) {
                    int inner = (int) varint(file, summary);
                    if (inner == (1 << 3 | BYTES)) {
                        values.add(bytes(file, summary));
                    } else {
                        skip(file, summary, inner);
                    }
                }
            } else {
                skip(file, in, key);
            }
        }
        for (var value : values) {
            scalar(file, value, step, out);
        }
    }

    private static void scalar(Path file, ByteBuffer in, long step, List<Scalar> out) {
        var tag = "";
        while (in.hasRemaining()) {
            int key = (int) varint(file, in);
            if (key == (1 << 3 | BYTES)) {
                tag = StandardCharsets.UTF_8.decode(bytes(file, in)).toString();
            } else if (key == (2 << 3 | FIXED32) && in.remaining() >= 4) {
                out.add(new Scalar(tag, in.getFloat(), step));
            } else {
                skip(file, in, key);
            }
        }
    }

    private static long varint(Path file, ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64 && in.hasRemaining(); shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new FileFormatException(file, "an event ends within a number");
    }

    private static ByteBuffer bytes(Path file, ByteBuffer in) {
        long length = varint(file, in);
        if (length < 0 || length > in.remaining()) {
            throw new FileFormatException(
                    file, "a field of " + length + " bytes, of which " + in.remaining() + " are there");
        }
        var part = in.slice(in.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + (int) length);
        return part;
    }

    private static void skip(Path file, ByteBuffer in, int key) {
        int length = switch (key & 7) {
            case VARINT -> {
                varint(file, in);
                yield 0;
            }
            case FIXED64 -> 8;
            case BYTES -> {
                bytes(file, in);
                yield 0;
            }
            case FIXED32 -> 4;
            default -> throw new FileFormatException(file, "a field of unknown kind " + (key & 7));
        };
        if (length > in.remaining()) {
            throw new FileFormatException(file, "an event ends within a field");
        }
        in.position(in.position() + length);
    }
}
