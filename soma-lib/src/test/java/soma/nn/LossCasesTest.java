package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import soma.Autodiff;
import soma.Conformance;
import soma.DType;
import soma.Tensor;

/** Losses and their gradients against the stored reference values. */
class LossCasesTest {
    private static final List<String> KNOWN = List.of(
            "cross_entropy", "nll_loss", "binary_cross_entropy", "bce_with_logits", "mse_loss", "l1_loss", "huber_loss",
            "smooth_l1_loss", "kl_div", "hinge_embedding_loss", "soft_margin_loss", "margin_ranking_loss",
            "cosine_embedding_loss", "triplet_margin_loss", "multi_margin_loss", "poisson_nll_loss", "gaussian_nll_loss");

    @TestFactory
    Stream<DynamicTest> stored() throws IOException {
        return Conformance.torch("op").stream()
                .filter(c -> KNOWN.contains(c.get("op").getAsString()))
                .map(c -> DynamicTest.dynamicTest(c.get("id").getAsString(), () -> check(c)));
    }

    private static void check(JsonObject c) {
        var in = new LinkedHashMap<String, Tensor>();
        var xs = new ArrayList<String>();
        for (var i : c.getAsJsonArray("inputs")) {
            var o = i.getAsJsonObject();
            in.put(o.get("name").getAsString(), Conformance.tensor(o));
            if (o.has("grad") && o.get("grad").getAsBoolean()) {
                xs.add(o.get("name").getAsString());
            }
        }
        var got = loss(c.get("op").getAsString(), in, c.getAsJsonObject("attrs"));
        var output = c.getAsJsonArray("outputs").get(0).getAsJsonObject();
        var cotangents = c.getAsJsonArray("cotangents");
        var dy = cotangents == null || cotangents.isEmpty()
                ? got.onesLike()
                : Conformance.tensor(cotangents.get(0).getAsJsonObject());
        var grads = Autodiff.vjp(got, xs.stream().map(in::get).toList(), dy.to(got.dtype()));
        close("output", got, Conformance.tensor(output), c);
        for (var g : c.getAsJsonArray("grads")) {
            var o = g.getAsJsonObject();
            close("gradient", grads.get(xs.indexOf(o.get("name").getAsString())), Conformance.tensor(o), c);
        }
    }

    private static void close(String what, Tensor got, Tensor want, JsonObject c) {
        assertThat(got.shape()).as(what).isEqualTo(want.shape());
        double rtol = c.getAsJsonObject("tol").get("rtol").getAsDouble();
        double atol = c.getAsJsonObject("tol").get("atol").getAsDouble();
        var a = got.to(DType.FLOAT64).toDoubleArray();
        var b = want.to(DType.FLOAT64).toDoubleArray();
        for (int i = 0; i < a.length; i++) {
            assertThat(a[i]).as("%s[%d]", what, i).isCloseTo(b[i], within(atol + rtol * Math.abs(b[i])));
        }
    }

    private static Tensor loss(String op, Map<String, Tensor> in, JsonObject a) {
        var r = a.has("reduction")
                ? switch (a.get("reduction").getAsString()) {
                    case "batchmean" -> Loss.Reduction.BATCH_MEAN;
                    case String s -> Loss.Reduction.valueOf(s.toUpperCase(Locale.ROOT));
                }
                : Loss.Reduction.MEAN;
        var x = in.get("x");
        var t = in.get("t");
        var w = Optional.ofNullable(in.get("w"));
        long ignored = a.has("ignore_index") ? a.get("ignore_index").getAsLong() : -100;
        return switch (op) {
            case "cross_entropy" ->
                new CrossEntropyLoss(w, number(a, "label_smoothing", 0), ignored, r).of(x, in.getOrDefault("p", t));
            case "nll_loss" -> new NllLoss(w, ignored, r).of(x, t);
            case "binary_cross_entropy" -> new BceLoss(w, r).of(x, t);
            case "bce_with_logits" -> new BceWithLogitsLoss(w, Optional.ofNullable(in.get("pw")), r).of(x, t);
            case "mse_loss" -> Loss.mse(x, t, r);
            case "l1_loss" -> Loss.l1(x, t, r);
            case "huber_loss" -> Loss.huber(x, t, number(a, "delta", 1), r);
            case "smooth_l1_loss" -> Loss.smoothL1(x, t, number(a, "beta", 1), r);
            case "kl_div" -> Loss.klDiv(x, t, a.has("log_target") && a.get("log_target").getAsBoolean(), r);
            case "hinge_embedding_loss" -> Loss.hingeEmbedding(x, t, number(a, "margin", 1), r);
            case "soft_margin_loss" -> Loss.softMargin(x, t, r);
            case "margin_ranking_loss" -> Loss.marginRanking(in.get("a"), in.get("b"), t, number(a, "margin", 0), r);
            case "cosine_embedding_loss" -> Loss.cosineEmbedding(in.get("a"), in.get("b"), t, number(a, "margin", 0), r);
            case "triplet_margin_loss" ->
                Loss.tripletMargin(
                        in.get("a"),
                        in.get("p"),
                        in.get("n"),
                        number(a, "margin", 1),
                        number(a, "p", 2),
                        a.has("swap") && a.get("swap").getAsBoolean(),
                        r);
            case "multi_margin_loss" -> Loss.multiMargin(x, t, (int) number(a, "p", 1), number(a, "margin", 1), r);
            case "poisson_nll_loss" ->
                Loss.poissonNll(
                        x,
                        t,
                        !a.has("log_input") || a.get("log_input").getAsBoolean(),
                        a.has("full") && a.get("full").getAsBoolean(),
                        r);
            case "gaussian_nll_loss" -> Loss.gaussianNll(x, t, in.get("v"));
            default -> throw new IllegalArgumentException(op);
        };
    }

    private static double number(JsonObject a, String name, double otherwise) {
        return a.has(name) ? a.get(name).getAsDouble() : otherwise;
    }
}
