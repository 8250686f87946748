package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class CasesTest {

    private static final Map<String, Supplier<Runnable>> CASES = Cases.of(1);

    /** All but the largest products, which cold take long and are gemm-512 over again. */
    @SuppressWarnings("UnusedVariable") // the source of the parameters
    private static final List<String> NAMES = CASES.keySet().stream()
            .filter(id -> !id.equals("gemm-1024") && !id.equals("gemm-2048"))
            .toList();

    @Test
    void theNamesThatThePeersKnow() {
        assertThat(CASES)
                .containsOnlyKeys(
                        "gemm-256",
                        "gemm-512",
                        "gemm-1024",
                        "gemm-2048",
                        "mlp-train-b128",
                        "mlp-infer-b128",
                        "tiny-train-b32",
                        "lenet-train-b64",
                        "lenet-infer-b64",
                        "gelu-chain-1m",
                        "softmax-fwd",
                        "softmax-train",
                        "layernorm-fwd",
                        "layernorm-train");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyCaseRuns(String id) {
        var step = CASES.get(id).get();
        step.run();
        step.run();
    }
}
