package soma.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import soma.DType;
import soma.Tensor;

/** Arrays as bytes in a given order, and back. */
final class Bytes {
    private static final int AT_ONCE = 1 << 20;

    private Bytes() {}

    /** {@code count} elements from byte {@code at} on as the array that a tensor of this dtype is made of. */
    static Object array(MemorySegment from, long at, int count, DType dtype, ByteOrder order) {
        return switch (dtype) {
            case FLOAT32 -> {
                var a = new float[count];
                MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at, a, 0, count);
                yield a;
            }
            case FLOAT64 -> {
                var a = new double[count];
                MemorySegment.copy(from, ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), at, a, 0, count);
                yield a;
            }
            case INT32 -> {
                var a = new int[count];
                MemorySegment.copy(from, ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at, a, 0, count);
                yield a;
            }
            case INT64 -> {
                var a = new long[count];
                MemorySegment.copy(from, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at, a, 0, count);
                yield a;
            }
            case FLOAT16, BFLOAT16 -> shorts(from, at, count, order);
            case INT8, UINT8, BOOL -> {
                var a = new byte[count];
                MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, a, 0, count);
                yield a;
            }
        };
    }

    static short[] shorts(MemorySegment from, long at, int count, ByteOrder order) {
        var a = new short[count];
        MemorySegment.copy(from, ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at, a, 0, count);
        return a;
    }

    /** Writes a tensor's array as little-endian bytes, some at a time: it may be larger than a buffer can be. */
    static void write(WritableByteChannel channel, Tensor t) throws IOException {
        var array = t.array();
        int width = t.dtype().bytes();
        var buffer = ByteBuffer.allocate(Math.max(1, Math.min(t.numel(), AT_ONCE)) * width);
        for (int from = 0; from < t.numel(); from += AT_ONCE) {
            int count = Math.min(AT_ONCE, t.numel() - from);
            put(array, from, count, MemorySegment.ofBuffer(buffer.clear()));
            buffer.limit(count * width);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    private static void put(Object array, int from, int n, MemorySegment to) {
        var order = ByteOrder.LITTLE_ENDIAN;
        switch (array) {
            case float[] a -> MemorySegment.copy(a, from, to, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), 0, n);
            case double[] a ->
                MemorySegment.copy(a, from, to, ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), 0, n);
            case int[] a -> MemorySegment.copy(a, from, to, ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), 0, n);
            case long[] a -> MemorySegment.copy(a, from, to, ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), 0, n);
            case short[] a -> MemorySegment.copy(a, from, to, ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), 0, n);
            case byte[] a -> MemorySegment.copy(a, from, to, ValueLayout.JAVA_BYTE, 0, n);
            default -> throw new IllegalArgumentException("not an array of a tensor: " + array.getClass());
        }
    }
}
