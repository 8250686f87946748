package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VectorTilesTest {

    private static final Path FOLDER = Path.of("src/main/java/soma/kernel");

    @Test
    void committedTilesAreTheGeneratorsOutput() throws IOException {
        assertThat(Files.readString(FOLDER.resolve("VectorTiles512.java"))).isEqualTo(VectorTilesGenerator.tiles512());
        assertThat(Files.readString(FOLDER.resolve("VectorTiles256.java"))).isEqualTo(VectorTilesGenerator.tiles256());
        assertThat(Files.readString(FOLDER.resolve("VectorPacked512.java")))
                .isEqualTo(VectorTilesGenerator.packed512());
        assertThat(Files.readString(FOLDER.resolve("VectorPacked256.java")))
                .isEqualTo(VectorTilesGenerator.packed256());
        assertThat(Files.readString(FOLDER.resolve("VectorInPlace512.java")))
                .isEqualTo(VectorTilesGenerator.inPlace512());
        assertThat(Files.readString(FOLDER.resolve("VectorInPlace256.java")))
                .isEqualTo(VectorTilesGenerator.inPlace256());
        assertThat(Files.readString(FOLDER.resolve("VectorTranspose16.java")))
                .isEqualTo(VectorTilesGenerator.transpose16());
    }
}
