package soma.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Shape;
import soma.SomaException;
import soma.Tensor;

class IdxTest {

    private static Tensor read(int... bytes) {
        return Idx.read(new ByteArrayInputStream(bytes(bytes)), "some.idx");
    }

    private static byte[] bytes(int... values) {
        var out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) values[i];
        }
        return out;
    }

    @Test
    void readsUnsignedBytes() {
        var t = read(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 253, 254, 255);
        assertThat(t.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(t.dtype()).isEqualTo(DType.UINT8);
        assertThat(t.toIntArray()).containsExactly(0, 1, 2, 253, 254, 255);
    }

    @Test
    void readsEveryElementType() {
        assertThat(read(0, 0, 9, 1, 0, 0, 0, 1, 255).toIntArray()).containsExactly(-1);
        assertThat(read(0, 0, 0x0B, 1, 0, 0, 0, 1, 255, 254).toIntArray()).containsExactly(-2);
        assertThat(read(0, 0, 0x0C, 1, 0, 0, 0, 1, 0, 1, 0, 0).toIntArray()).containsExactly(65536);
        assertThat(read(0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0).toFloatArray())
                .containsExactly(1f);
        assertThat(read(0, 0, 0x0E, 1, 0, 0, 0, 1, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0).toDoubleArray())
                .containsExactly(1.0);
    }

    @Test
    void unpacksGzip() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes(0, 0, 8, 1, 0, 0, 0, 2, 7, 9));
        }
        assertThat(Idx.read(new ByteArrayInputStream(packed.toByteArray()), "x").toIntArray())
                .containsExactly(7, 9);
        var cut = Arrays.copyOf(packed.toByteArray(), packed.size() - 12);
        assertThatThrownBy(() -> Idx.read(new ByteArrayInputStream(cut), "x.gz"))
                .isInstanceOf(SomaException.class)
                .hasMessageStartingWith("x.gz: not a good idx file");
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> read(0, 0, 8, 1, 0, 0, 0, 9, 1, 2))
                .hasMessage(
                        "some.idx: not a good idx file: it is cut short: its header promises 9 bytes of data, it has"
                                + " 2");
        assertThatThrownBy(() -> read(0, 0, 8, 1, 0, 0, 0, 1, 1, 2)).hasMessageContaining("more data than the 1 bytes");
        assertThatThrownBy(() -> read(0, 0, 7, 1, 0, 0, 0, 1, 1)).hasMessageContaining("element type 0x07");
        assertThatThrownBy(() -> read(80, 75, 3, 4)).hasMessageContaining("begins with 0x504b0304");
        assertThatThrownBy(() -> read(0, 0, 8, 2, 127, 255, 255, 255, 127, 255, 255, 255))
                .hasMessageContaining("more than fits in memory");
        assertThatThrownBy(() -> read(0, 0, 8, 1, 255, 255, 255, 255)).hasMessageContaining("4294967295 entries");
        assertThatThrownBy(() -> read(0, 0, 8)).hasMessageContaining("ends within its header");
    }

    @Test
    void anyBytesGiveATensorOrAClearError() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var b = new byte[random.nextInt(24)];
            random.nextBytes(b);
            if (b.length > 4) {
                b[0] = 0;
                b[1] = 0;
                b[2] = (byte) (8 + random.nextInt(8));
                b[3] = (byte) random.nextInt(4);
            }
            try {
                assertThat(Idx.read(new ByteArrayInputStream(b), "fuzz").numel())
                        .isNotNegative();
            } catch (SomaException e) {
                assertThat(e).hasMessageStartingWith("fuzz: ");
            }
        }
    }
}
