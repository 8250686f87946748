package soma.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import soma.Conformance;

class ScheduleTest {

    @TestFactory
    Stream<DynamicTest> stored() throws IOException {
        return Conformance.torch("schedule").stream()
                .map(c -> DynamicTest.dynamicTest(c.get("id").getAsString(), () -> check(c)));
    }

    private static void check(JsonObject c) {
        var schedule = schedule(c.get("op").getAsString(), c.getAsJsonObject("attrs"));
        var want = Conformance.doubles(c.get("lrs"));
        var metrics = c.has("metrics") ? Conformance.doubles(c.get("metrics")) : new double[0];
        double rtol = c.getAsJsonObject("tol").get("rtol").getAsDouble();
        double atol = c.getAsJsonObject("tol").get("atol").getAsDouble();
        for (int i = 0; i < want.length; i++) {
            assertThat(schedule.at(i)).as("step %d", i).isCloseTo(want[i], within(atol + rtol * Math.abs(want[i])));
            if (schedule instanceof Plateau p && i < metrics.length) {
                p.report(metrics[i]);
            }
        }
    }

    private static double number(JsonObject a, String name, double otherwise) {
        return a.has(name) ? a.get(name).getAsDouble() : otherwise;
    }

    static Schedule schedule(String name, JsonObject a) {
        double lr = number(a, "base_lr", 1);
        return switch (name) {
            case "constant" -> Schedule.constant(lr, number(a, "factor", 1.0 / 3), (int) number(a, "total_iters", 5));
            case "step" -> Schedule.step(lr, (int) number(a, "step_size", 1), number(a, "gamma", 0.1));
            case "multistep" ->
                Schedule.multistep(
                        lr,
                        number(a, "gamma", 0.1),
                        a.getAsJsonArray("milestones").asList().stream()
                                .mapToInt(JsonElement::getAsInt)
                                .toArray());
            case "exponential" -> Schedule.exponential(lr, number(a, "gamma", 0.1));
            case "cosine" -> Schedule.cosine(lr, (int) number(a, "t_max", 1), number(a, "eta_min", 0));
            case "cosine_warm_restarts" ->
                Schedule.cosineWarmRestarts(
                        lr, (int) number(a, "t_0", 1), (int) number(a, "t_mult", 1), number(a, "eta_min", 0));
            case "linear_warmup" ->
                Schedule.linearWarmup(lr, number(a, "start_factor", 1.0 / 3), number(a, "end_factor", 1), (int)
                        number(a, "total_iters", 5));
            case "polynomial" -> Schedule.polynomial(lr, (int) number(a, "total_iters", 5), number(a, "power", 1));
            case "noam" -> Schedule.noam(lr, (int) number(a, "d_model", 1), (int) number(a, "warmup", 1));
            case "onecycle_cos", "onecycle_linear_three_phase" ->
                Schedule.oneCycle(
                        number(a, "max_lr", 1),
                        (int) number(a, "total_steps", 1),
                        number(a, "pct_start", 0.3),
                        number(a, "div_factor", 25),
                        number(a, "final_div_factor", 1e4),
                        a.has("anneal") && a.get("anneal").getAsString().startsWith("lin")
                                ? Schedule.Anneal.LINEAR
                                : Schedule.Anneal.COSINE,
                        a.has("three_phase") && a.get("three_phase").getAsBoolean());
            case "cyclic_triangular2" ->
                Schedule.cyclicHalving(
                        number(a, "min_lr", lr), number(a, "max_lr", 1), (int) number(a, "step_size_up", 2000), (int)
                                number(a, "step_size_up", 2000));
            case "plateau" ->
                new Plateau(
                        lr,
                        new Plateau.Options(
                                a.has("mode") && a.get("mode").getAsString().equals("max"),
                                number(a, "factor", 0.1),
                                (int) number(a, "patience", 10),
                                number(a, "threshold", 1e-4),
                                !a.has("threshold_mode")
                                        || a.get("threshold_mode").getAsString().equals("rel"),
                                (int) number(a, "cooldown", 0),
                                number(a, "min_lr", 0)));
            default -> throw new IllegalArgumentException("unknown schedule: " + name);
        };
    }

    @Test
    void shapesByHand() {
        assertThat(Schedule.constant(0.1, 0.5, 2).at(1)).isEqualTo(0.05);
        assertThat(Schedule.constant(0.1, 0.5, 2).at(2)).isEqualTo(0.1);
        assertThat(Schedule.step(1, 10, 0.1).at(25)).isCloseTo(0.01, within(1e-15));
        assertThat(Schedule.linearWarmup(1, 0.25, 1, 3).at(1)).isCloseTo(0.5, within(1e-15));
        assertThat(Schedule.linearWarmup(1, 0.25, 1, 3).at(9)).isEqualTo(1);
        assertThat(Schedule.polynomial(1, 4, 2).at(2)).isEqualTo(0.25);
        assertThat(Schedule.polynomial(1, 4, 2).at(5)).isZero();
        assertThat(Schedule.noam(1, 4, 4).at(3)).isEqualTo(0.25);
        assertThat(Schedule.noam(1, 4, 4).at(15)).isEqualTo(0.125);
        var warm = Schedule.warmupCosine(1, 10, 110);
        assertThat(warm.at(0)).isZero();
        assertThat(warm.at(5)).isEqualTo(0.5);
        assertThat(warm.at(10)).isEqualTo(1);
        assertThat(warm.at(60)).isCloseTo(0.5, within(1e-15));
        assertThat(warm.at(110)).isZero();
        assertThat(warm.at(500)).isZero();
    }

    @Test
    void closedForms() {
        var milestones = Schedule.multistep(1, 0.1, 3, 5);
        var cosine = Schedule.cosine(2, 10, 0.5);
        var restarts = Schedule.cosineWarmRestarts(2, 4, 2, 0.5);
        var equal = Schedule.cosineWarmRestarts(2, 4, 1, 0.5);
        var exponential = Schedule.exponential(3, 0.9);
        for (int k = 0; k < 30; k++) {
            assertThat(milestones.at(k)).isCloseTo(k < 3 ? 1 : k < 5 ? 0.1 : 0.01, within(1e-15));
            assertThat(cosine.at(k)).isCloseTo(0.5 + 0.75 * (1 + Math.cos(Math.PI * k / 10)), within(1e-12));
            assertThat(exponential.at(k)).isCloseTo(3 * Math.pow(0.9, k), within(1e-15));
            assertThat(exponential.times(0.25).at(k)).isCloseTo(0.75 * Math.pow(0.9, k), within(1e-15));
            assertThat(equal.at(k)).isCloseTo(0.5 + 0.75 * (1 + Math.cos(Math.PI * (k % 4) / 4)), within(1e-12));
            // Cosines of 4, 8 and 16 steps, which begin at 0, 4 and 12; a fourth at 28.
            int start = k < 4 ? 0 : k < 12 ? 4 : k < 28 ? 12 : 28;
            int length = k < 4 ? 4 : k < 12 ? 8 : k < 28 ? 16 : 32;
            assertThat(restarts.at(k))
                    .isCloseTo(0.5 + 0.75 * (1 + Math.cos(Math.PI * (k - start) / length)), within(1e-12));
        }
        assertThat(Schedule.constant(0.3).at(99)).isEqualTo(0.3);
    }

    @Test
    void oneCycleRisesAndFalls() {
        var s = Schedule.oneCycle(1, 100);
        assertThat(s.at(0)).isCloseTo(0.04, within(1e-12));
        assertThat(s.at(29)).isCloseTo(1, within(1e-12));
        assertThat(s.at(99)).isCloseTo(4e-6, within(1e-12));
        var three = Schedule.oneCycle(1, 100, 0.4, 10, 100, Schedule.Anneal.LINEAR, true);
        assertThat(three.at(39)).isCloseTo(1, within(1e-12));
        assertThat(three.at(78)).isCloseTo(0.1, within(1e-12));
        assertThat(three.at(99)).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void cyclesRepeat() {
        var s = Schedule.cyclic(0.1, 1.1, 4, 6);
        assertThat(s.at(4)).isCloseTo(1.1, within(1e-12));
        assertThat(s.at(7)).isCloseTo(0.6, within(1e-12));
        assertThat(s.at(10)).isCloseTo(0.1, within(1e-12));
        assertThat(Schedule.cyclicHalving(0, 1, 4, 6).at(14)).isCloseTo(0.5, within(1e-12));
        assertThat(Schedule.cyclicExponential(0, 1, 2, 2, 0.5).at(2)).isCloseTo(0.25, within(1e-12));
    }

    @Test
    void plateauWaitsThenLowers() {
        var p = new Plateau(1, new Plateau.Options(false, 0.5, 1, 0, false, 1, 0.2));
        double[] reports = {3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
        double[] rates = {1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2};
        for (int i = 0; i < reports.length; i++) {
            p.report(reports[i]);
            assertThat(p.at(i)).as("after report %d", i).isEqualTo(rates[i]);
        }
        var again = new Plateau(1);
        again.restore(p.memory());
        assertThat(again.at(0)).isEqualTo(0.2);
    }

    @Test
    void oneAfterAnother() {
        var s = Schedule.constant(1).then(3, Schedule.exponential(2, 0.5));
        assertThat(s.at(2)).isEqualTo(1);
        assertThat(s.at(3)).isEqualTo(2);
        assertThat(s.at(4)).isEqualTo(1);
    }
}
