package soma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void keepsOrderAndEscapes() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("text", "a \"quote\", a \\ and >=\n");
        fields.put("int", 3);
        fields.put("double", 0.5);
        fields.put("flag", true);
        fields.put("path", Path.of("a", "b"));
        fields.put("list", List.of(1, Map.of("k", "v")));
        fields.put("nan", Double.NaN);
        assertThat(Json.line(fields))
                .isEqualTo("{\"text\":\"a \\\"quote\\\", a \\\\ and >=\\n\",\"int\":3,\"double\":0.5,\"flag\":true,"
                        + "\"path\":\"" + Path.of("a", "b").toString().replace("\\", "\\\\")
                        + "\",\"list\":[1,{\"k\":\"v\"}],\"nan\":null}");
    }
}
