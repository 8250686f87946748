package soma.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import soma.cli.Json;

class RowTest {

    private static Row row(String id, double soma, double peer) {
        var rival = new Row.Rival("pytorch", "SKYLAKEX PASSIVE", new Spread(peer, peer, peer));
        return new Row(id, 2, new Spread(soma, soma, soma), 96, Optional.of(rival));
    }

    @Test
    void asALineOfJson() {
        assertThat(Json.line(row("lenet-train-b64", 1.9, 3.9).fields()))
                .isEqualTo("{\"case\":\"lenet-train-b64\",\"soma_ms\":1.9,\"peer\":\"pytorch\","
                        + "\"peer_setting\":\"SKYLAKEX PASSIVE\",\"peer_ms\":3.9,\"ratio\":2.053,\"threads\":2}");
        assertThat(Json.line(new Row("gemm-256", 1, new Spread(0.123456, 0.1, 0.2), 0, Optional.empty()).fields()))
                .isEqualTo("{\"case\":\"gemm-256\",\"soma_ms\":0.1235,\"threads\":1}");
    }

    @Test
    void theGeometricMeanAndWhatIsSlower() {
        var rows = List.of(row("a", 1, 4), row("b", 2, 1), row("c", 1, 1));
        assertThat(Json.line(Row.summary(rows))).isEqualTo("{\"geomean\":1.26,\"cases\":3,\"below_one\":[\"b\"]}");
        assertThat(Row.summaryText(rows)).isEqualTo("geometric mean of 3 ratios: 1.26, below 1: b");
    }

    @Test
    void forPeopleWithTheSpread() {
        assertThat(row("gemm-512", 0.6, 1.2).text()).contains("gemm-512", "0.600 (0.600 to 0.600)", "2.00", "96");
    }
}
