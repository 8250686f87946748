package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import soma.bench.sizes.ConvSize;
import soma.bench.sizes.FreshRun;
import soma.bench.sizes.ProductSize;

class CasesTest {

    private static final Map<String, Case> CASES =
            Cases.of(1).stream().collect(Collectors.toMap(Case::id, Function.identity()));

    /** Before the compiler is done a kernel takes hundreds of times as long: these are others over again, only larger. */
    private static final Set<String> LARGE = Set.of(
            "gemm-1024",
            "gemm-2048",
            "gemm-nt-1024",
            "gemm-tn-1024",
            "gpt-d384-train",
            "gpt-d384-infer",
            "encoder-32x128",
            "vgg-block-train-b8");

    @SuppressWarnings("UnusedVariable") // the source of the parameters
    private static final List<String> NAMES = CASES.values().stream()
            .filter(c -> c.probe().isEmpty())
            .map(Case::id)
            .filter(id -> !LARGE.contains(id))
            .toList();

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyCaseRuns(String id) {
        var step = CASES.get(id).model().get();
        step.run();
        step.run();
    }

    @Test
    void everyNameIsThereOnce() {
        assertThat(Cases.of(1)).extracting(Case::id).doesNotHaveDuplicates();
    }

    /** The peers are not compiled here; sizes they share with the cases, other names they must write out. */
    @Test
    void thePeersKnowEveryName() throws IOException {
        var sources = new StringBuilder();
        try (var files = Files.walk(Path.of("src/peers/java"))) {
            for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                sources.append(Files.readString(file));
            }
        }
        var shared = ProductSize.ALL.stream().map(ProductSize::id).collect(Collectors.toSet());
        ConvSize.ALL.forEach(size -> shared.addAll(Set.of(size.id() + "-fwd", size.id() + "-back")));
        FreshRun.ALL.forEach(run -> shared.add(run.id()));
        var missing = CASES.values().stream()
                .filter(c -> !c.rival().equals(Case.NOBODY))
                .map(Case::id)
                .filter(id -> !shared.contains(id) && !sources.toString().contains("\"" + id + "\""))
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void stepsInProcessesOfTheirOwnAreCases() {
        assertThat(CASES.keySet())
                .containsAll(FreshRun.ALL.stream().map(FreshRun::step).toList());
    }

    @Test
    void aConvolutionsSizes() {
        var stem = ConvSize.ALL.stream()
                .filter(s -> s.id().equals("conv-stem7x7"))
                .findFirst()
                .orElseThrow();
        assertThat(stem.output()).containsExactly(8, 64, 112, 112);
        assertThat(stem.operations()).isEqualTo(2.0 * 8 * 112 * 112 * 64 * 3 * 49);
        var transposed =
                ConvSize.ALL.stream().filter(ConvSize::transposed).findFirst().orElseThrow();
        assertThat(transposed.output()).containsExactly(32, 64, 32, 32);
        assertThat(transposed.weight()).containsExactly(128, 64, 4, 4);
    }
}
