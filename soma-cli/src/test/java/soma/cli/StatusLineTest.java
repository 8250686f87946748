package soma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class StatusLineTest {

    @Test
    void onATerminalOneLineRewritesItself() {
        assertThat(written(true))
                .isEqualTo("\r\033[K[" + " ".repeat(20) + "] 0/2 first"
                        + "\r\033[K[" + "#".repeat(10) + " ".repeat(10) + "] 1/2 first"
                        + "\r\033[Kremark" + System.lineSeparator()
                        + "\r\033[K[" + "#".repeat(10) + " ".repeat(10) + "] 1/2 first"
                        + "\r\033[K");
    }

    @Test
    void elsewhereOnlyWhatIsSaid() {
        assertThat(written(false)).isEqualTo("remark" + System.lineSeparator());
    }

    private static String written(boolean terminal) {
        var text = new StringWriter();
        try (var status = new StatusLine(new PrintWriter(text), terminal, 2)) {
            status.doing("first");
            status.step();
            status.say("remark");
        }
        return text.toString();
    }
}
