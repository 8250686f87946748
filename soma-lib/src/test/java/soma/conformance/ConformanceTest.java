package soma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import soma.Tensor;

/** The runner itself, and the cases that are kept with it. */
class ConformanceTest {
    private final Operators operators = new Operators();

    private Object run(String script, Map<String, ?> variables) {
        return new Evaluator(operators, variables).run(script);
    }

    private double[] numbers(String script, Map<String, ?> variables) {
        return ((Tensor) run(script, variables)).toDoubleArray();
    }

    @Test
    void arithmeticAndPrecedenceAreThoseOfPython() {
        assertThat(run("2 + 3 * 2 ** 3 // 5 - -1", Map.of())).isEqualTo(7L);
        assertThat(run("-2 ** 2", Map.of())).isEqualTo(-4L);
        assertThat(run("7 % -3", Map.of())).isEqualTo(-2L);
        assertThat(run("1 / 4", Map.of())).isEqualTo(0.25);
        assertThat(run("3 if 1 < 2 and not False else 4", Map.of())).isEqualTo(3L);
        assertThat(run("[1, 2] + [3]", Map.of())).isEqualTo(List.of(1L, 2L, 3L));
    }

    @Test
    void statementsBindUnpackLoopAndChange() {
        var x = Tensor.of(new double[] {1, 2, 3});
        assertThat(numbers("y = x * 2\ny += x\ny.mul_(2)\ny", Map.of("x", x))).containsExactly(6, 12, 18);
        assertThat(numbers("a, b = torch.split(x, [1, 2])\nb", Map.of("x", x))).containsExactly(2, 3);
        assertThat(numbers("y = x\nfor i in range(1, 4):\n  y = y + i\ny", Map.of("x", x)))
                .containsExactly(7, 8, 9);
        assertThat(numbers(
                        "ys = []\nfor i in range(2):\n  ys.append(x[i] * float(i))\ntorch.stack(ys)", Map.of("x", x)))
                .containsExactly(0, 2);
        assertThat(numbers("torch.stack([x[i] for i in range(2)])", Map.of("x", x)))
                .containsExactly(1, 2);
        assertThat(numbers("y = x.clone()\ny[1] = 7.0\ny", Map.of("x", x))).containsExactly(1, 7, 3);
    }

    @Test
    void indexingIsNumPys() {
        var x = Tensor.arange(24).to(soma.DType.FLOAT64).reshape(2, 3, 4);
        var i = Tensor.of(new long[] {0, 1});
        assertThat(((Tensor) run("x[..., None, 1:3]", Map.of("x", x))).shape()).hasToString("(2, 3, 1, 2)");
        assertThat(numbers("x[1, -1, ::2]", Map.of("x", x))).containsExactly(20, 22);
        assertThat(numbers("x[i, :, i][0]", Map.of("x", x, "i", i))).containsExactly(0, 4, 8);
        assertThat(((Tensor) run("x[:, i, i]", Map.of("x", x, "i", i))).shape()).hasToString("(2, 2)");
        assertThat(numbers("x[x > 21.0]", Map.of("x", x))).containsExactly(22, 23);
    }

    @Test
    void keptCasesHold() throws IOException, URISyntaxException {
        for (var name : List.of("more-cases.json.gz", "formula-cases.json.gz", "recurrent-cases.json.gz")) {
            var file = Path.of(Objects.requireNonNull(ConformanceTest.class.getResource(name), name)
                    .toURI());
            var tally = TorchCases.run(file);
            assertThat(tally.failures()).as(name).isEmpty();
            assertThat(tally.passed()).as(name).isPositive();
        }
    }

    @Test
    void aWrongNumberFailsAndAnUnknownOperatorIsSkipped() {
        var problems = Numbers.difference(
                "y", new double[] {1, Double.NaN, 3}, new double[] {1, 2, Double.NaN}, new Numbers.Tolerance(1e-9, 0));
        assertThat(problems).singleElement().asString().contains("2 of 3 numbers differ");
        var tally = new Tally("suite");
        tally.run("a/good", List::of);
        tally.run("a/bad", () -> problems);
        tally.run("a/new", () -> List.of("" + run("torch.new_thing(1)", Map.of())));
        tally.run("a/broken", () -> {
            throw new IllegalStateException("broken");
        });
        assertThat(tally.report().getFirst()).isEqualTo("suite: 1 passed, 2 failed, 1 skipped");
        assertThat(tally.report()).anyMatch(l -> l.contains("torch.new_thing") && l.contains("a/new"));
    }

    @Test
    void everyNameOfTheVocabularyHasAForm() throws IOException {
        var vocabulary = Main.folder().resolve("torch-vocabulary.tsv");
        if (!Files.exists(vocabulary)) {
            return;
        }
        var undefined = new TreeSet<String>();
        for (var line : Files.readAllLines(vocabulary)) {
            var cells = line.split("\t");
            if (cells[0].equals("op") && !defined(cells[1])) {
                undefined.add(cells[1]);
            }
        }
        // These are what their expression says, whatever it is.
        undefined.removeAll(Set.of("broadcast", "expand", "model", "permute", "reuse", "slice", "transpose"));
        assertThat(undefined).isEmpty();
    }

    private boolean defined(String op) {
        if (!Forms.all().containsKey(op)) {
            return false;
        }
        var words = java.util.regex.Pattern.compile("torch\\.(\\w+)")
                .matcher(Forms.of(op).script())
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.toSet());
        return operators.names().containsAll(words);
    }

    /** Where attributes alone define an operator, they must say the same as the expression. */
    @Test
    void formsAgreeWithTheExpressions() throws IOException {
        var file = Main.folder().resolve("torch-cases.json.gz");
        if (!Files.exists(file)) {
            return;
        }
        // Their expression does more than their name and attributes say.
        var more = Set.of("broadcast", "expand", "model", "split", "transpose");
        var tally = new Tally("forms");
        for (var c : TorchCases.read(file)) {
            if (c.has("ref") && !more.contains(c.get("op").getAsString())) {
                tally.run(c.get("id").getAsString(), () -> OperatorCases.check(operators, without(c, "ref")));
            }
        }
        assertThat(tally.failures()).isEmpty();
    }

    private static JsonObject without(JsonObject c, String name) {
        var copy = c.deepCopy();
        copy.remove(name);
        return copy;
    }
}
