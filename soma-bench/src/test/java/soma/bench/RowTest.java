package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import soma.cli.Json;

class RowTest {

    private static final Optional<Limits> LIMITS = Optional.of(new Limits(100, 10));

    private static Row row(String id, double soma, double peer) {
        var rival = new Row.Rival(
                "pytorch",
                "SKYLAKEX PASSIVE",
                new Spread(peer, peer, peer),
                new Spread(peer / soma, peer / soma, peer / soma));
        var of = new Case(id, "nets", Case.Work.of(95e6, 1e6), () -> () -> {});
        return new Row(of, 2, new Spread(soma, soma, soma), 96, Optional.of(rival), OptionalDouble.of(2 * peer));
    }

    private static Row alone(Case of) {
        return new Row(of, 1, new Spread(0.123456, 0.1, 0.2), 0, Optional.empty(), OptionalDouble.empty());
    }

    @Test
    void asALineOfJson() {
        assertThat(Json.line(row("lenet-train-b64", 1.9, 3.9).fields(LIMITS)))
                .isEqualTo(
                        "{\"case\":\"lenet-train-b64\",\"soma_ms\":1.9,\"peer\":\"pytorch\",\"peer_setting\":\"SKYLAKEX"
                            + " PASSIVE\",\"peer_ms\":3.9,\"ratio\":2.053,"
                            + "\"default_ratio\":4.105,\"threads\":2,\"soma_min\":1.9,\"soma_max\":1.9,\"peer_min\":3.9,"
                            + "\"peer_max\":3.9,\"ratio_min\":2.053,\"ratio_max\":2.053,\"limit_ms\":0.95,\"limit\":\"operations\",\"share\":0.5,\"kb_per_step\":0.09375}");
        var gemm = new Case("gemm-256", "products", Case.Work.unknown(), () -> () -> {});
        assertThat(Json.line(alone(gemm).fields(LIMITS)))
                .isEqualTo("{\"case\":\"gemm-256\",\"soma_ms\":0.1235,\"threads\":1,\"soma_min\":0.1,\"soma_max\":0.2,"
                        + "\"kb_per_step\":0.0}");
    }

    @Test
    void theLimitIsWhatTakesLonger() {
        var copy = alone(new Case("copy", "rows", Case.Work.of(1e6, 1e6), () -> () -> {}));
        assertThat(copy.fields(LIMITS)).containsEntry("limit", "memory").containsEntry("limit_ms", 0.1);
    }

    @Test
    void asALineOfMarkdown() {
        assertThat(row("gemm-512", 1.9, 3.8).markdown(LIMITS))
                .isEqualTo(
                        "| gemm-512 | 1.90 (1.90 to 1.90) | 3.80 (3.80 to 3.80) | SKYLAKEX PASSIVE | **2.00** (2.00 to"
                                + " 2.00) | 4.00 | 50% operations | 0.0938 |");
    }

    @Test
    void theGeometricMeanAndWhatIsSlower() {
        var rows = List.of(row("a", 1, 4), row("b", 2, 1), row("c", 1, 1));
        assertThat(Json.line(Row.summary(rows))).isEqualTo("{\"geomean\":1.26,\"cases\":3,\"below_one\":[\"b\"]}");
        assertThat(Row.summaryText(rows)).isEqualTo("geometric mean of 3 ratios: 1.26, below 1: b");
    }

    @Test
    void forPeopleWithTheSpread() {
        assertThat(row("gemm-512", 0.6, 1.2).text(LIMITS))
                .contains("gemm-512", "0.600 (0.600 to 0.600)", "2.00", "158%", "0.0938");
    }
}
