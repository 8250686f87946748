package soma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import soma.DType;
import soma.Rng;
import soma.Shape;
import soma.Tensor;

class NpyTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeGoesRound(DType dtype) {
        var file = folder.resolve("a.npy");
        for (var shape : new Shape[] {Shape.of(3, 1, 7), Shape.of(5), Shape.SCALAR, Shape.of(0, 2)}) {
            var t = Rng.seed(1).integers(0, 2, shape).to(dtype);
            Npy.write(file, t);
            var back = Npy.read(file);
            assertThat(back.dtype()).isEqualTo(dtype == DType.BFLOAT16 ? DType.FLOAT32 : dtype);
            assertThat(back.shape()).isEqualTo(shape);
            assertThat(back.toDoubleArray()).isEqualTo(t.toDoubleArray());
        }
    }

    @Test
    void headerIsAsNumPyWritesIt() throws IOException {
        var file = folder.resolve("a.npy");
        Npy.write(file, Tensor.zeros(2, 3));
        var bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(128 + 24);
        assertThat(new String(bytes, 10, 118, StandardCharsets.ISO_8859_1))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }  ")
                .endsWith(" \n");
    }

    @Test
    void damagedFilesNeverCrash() throws IOException {
        var file = folder.resolve("a.npy");
        Npy.write(file, Tensor.ones(3, 2));
        var whole = Files.readAllBytes(file);
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            var bytes = whole.clone();
            bytes[random.nextInt(80)] = (byte) random.nextInt(256);
            Files.write(file, i % 5 == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(whole.length)) : bytes);
            try {
                assertThat(Npy.read(file).numel()).isLessThanOrEqualTo(24);
            } catch (FileFormatException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void objectsAreRefused() throws IOException {
        var file = folder.resolve("o.npy");
        Npy.write(file, Tensor.ones(1));
        var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).replace("'<f4'", "'|O8'");
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Npy.read(file))
                .hasMessageContaining("dtype |O8 is of pickled objects; only numbers and bool");
    }
}
