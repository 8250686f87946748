package soma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import soma.Rng;
import soma.Shape;

class EventFileTest {
    @TempDir
    Path folder;

    private Path written() {
        try (var events = EventFile.create(folder)) {
            events.scalar("loss/training", 0.25, 1);
            events.restart(2);
            events.scalar("genauigkeit", -1.5e10, 1_234_567_890_123L);
            return events.file();
        }
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(EventFile.read(written()))
                .containsExactly(
                        new EventFile.Scalar("loss/training", 0.25, 1),
                        new EventFile.Scalar("genauigkeit", -1.5e10f, 1_234_567_890_123L));
    }

    /** The first record of every file: length 24, time, step 0, version; checksums as TensorFlow's masked CRC32C. */
    @Test
    void bytesOfTheFirstRecord() throws IOException {
        var bytes = Files.readAllBytes(written());
        assertThat(Arrays.copyOf(bytes, 8)).containsExactly(26, 0, 0, 0, 0, 0, 0, 0);
        assertThat(bytes[12]).isEqualTo((byte) 9);
        assertThat(new String(bytes, 25, 13, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("brain.Event:2");
    }

    @Test
    void twoFilesInOneSecondHaveTwoNames() {
        try (var a = EventFile.create(folder);
                var b = EventFile.create(folder)) {
            assertThat(a.file()).isNotEqualTo(b.file());
        }
    }

    @Test
    void damageIsTold() throws IOException {
        var file = written();
        var bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThat(EventFile.read(file)).hasSizeLessThanOrEqualTo(1);
        }
        for (int i = 0; i < 300; i++) {
            var broken = bytes.clone();
            int at = (int) Rng.seed(i).integers(0, bytes.length, Shape.SCALAR).item();
            broken[at] ^= (byte) (1 << i % 8);
            Files.write(file, broken);
            assertThatThrownBy(() -> EventFile.read(file))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("wrong checksum");
        }
    }
}
