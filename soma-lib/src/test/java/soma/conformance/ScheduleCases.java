package soma.conformance;

import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import soma.optim.Plateau;
import soma.optim.Schedule;
import soma.optim.Schedule.Anneal;

/** The learning rate of each step. */
final class ScheduleCases {
    /** What a case tells besides the law of the rate. */
    private static final Set<String> ASIDE = Set.of("base_momentum", "max_momentum", "formula", "mode", "anneal");

    private ScheduleCases() {}

    static List<String> check(JsonObject c) {
        var wanted = Numbers.numbers(c.get("lrs"));
        var got = new double[wanted.length];
        var schedule = schedule(c.get("op").getAsString(), new Options(Numbers.attributes(c)));
        for (int i = 0; i < got.length; i++) {
            got[i] = schedule.at(i);
            if (schedule instanceof Plateau plateau
                    && i < c.getAsJsonArray("metrics").size()) {
                plateau.report(Numbers.number(c.getAsJsonArray("metrics").get(i)));
            }
        }
        return Numbers.difference("the learning rate", got, wanted, Numbers.Tolerance.of(c));
    }

    private record Options(Map<String, Object> given, Set<String> open) {
        Options(Map<String, Object> given) {
            this(given, new java.util.HashSet<>(given.keySet()));
            open.removeAll(ASIDE);
        }

        double d(String name, double otherwise) {
            open.remove(name);
            return given.get(name) == null ? otherwise : Arguments.number(given.get(name));
        }

        int i(String name, int otherwise) {
            return (int) d(name, otherwise);
        }

        boolean is(String name, String value) {
            return value.equals(given.get(name));
        }

        Schedule complete(Schedule s) {
            if (!open.isEmpty()) {
                throw new MissingOperator("option " + open + " of a schedule");
            }
            return s;
        }
    }

    private static Schedule schedule(String name, Options o) {
        double lr = o.d("base_lr", 0.1);
        return o.complete(
                switch (name) {
                    case "constant" -> Schedule.constant(lr, o.d("factor", 1.0 / 3), o.i("total_iters", 5));
                    case "step" -> Schedule.step(lr, o.i("step_size", 1), o.d("gamma", 0.1));
                    case "multistep" -> Schedule.multistep(lr, o.d("gamma", 0.1), ints(o, "milestones"));
                    case "exponential" -> Schedule.exponential(lr, o.d("gamma", 0.1));
                    case "cosine" -> Schedule.cosine(lr, o.i("t_max", 1), o.d("eta_min", 0));
                    case "cosine_warm_restarts" ->
                        Schedule.cosineWarmRestarts(lr, o.i("t_0", 1), o.i("t_mult", 1), o.d("eta_min", 0));
                    case "linear", "linear_warmup" ->
                        Schedule.linearWarmup(
                                lr, o.d("start_factor", 1.0 / 3), o.d("end_factor", 1), o.i("total_iters", 5));
                    case "polynomial" -> Schedule.polynomial(lr, o.i("total_iters", 5), o.d("power", 1));
                    case "noam" -> Schedule.noam(lr, o.i("d_model", 512), o.i("warmup", 4000));
                    case "cyclic_triangular", "cyclic_triangular2" -> {
                        int up = o.i("step_size_up", 2000);
                        int down = o.i("step_size_down", up);
                        double low = o.d("min_lr", lr);
                        double high = o.d("max_lr", lr);
                        yield name.endsWith("2") || o.is("mode", "triangular2")
                                ? Schedule.cyclicHalving(low, high, up, down)
                                : Schedule.cyclic(low, high, up, down);
                    }
                    case "onecycle", "onecycle_cos", "onecycle_linear_three_phase" -> {
                        boolean linear = o.is("anneal", "linear") || name.contains("linear");
                        boolean three = Boolean.TRUE.equals(o.given.get("three_phase")) || name.contains("three_phase");
                        o.open.remove("three_phase");
                        yield Schedule.oneCycle(
                                o.d("max_lr", lr),
                                o.i("total_steps", 1),
                                o.d("pct_start", 0.3),
                                o.d("div_factor", 25),
                                o.d("final_div_factor", 1e4),
                                linear ? Anneal.LINEAR : Anneal.COSINE,
                                three);
                    }
                    case "plateau" -> {
                        boolean relative = !"abs".equals(o.given.get("threshold_mode"));
                        o.open.remove("threshold_mode");
                        yield new Plateau(
                                lr,
                                new Plateau.Options(
                                        o.is("mode", "max"),
                                        o.d("factor", 0.1),
                                        o.i("patience", 10),
                                        o.d("threshold", 1e-4),
                                        relative,
                                        o.i("cooldown", 0),
                                        o.d("min_lr", 0)));
                    }
                    case "warmup_then_cosine", "sequential" -> sequence(lr, o);
                    default -> throw new MissingOperator("schedule " + name);
                });
    }

    private static int[] ints(Options o, String name) {
        o.open.remove(name);
        return ((List<?>) o.given.get(name))
                .stream().mapToInt(v -> (int) Arguments.integer(v)).toArray();
    }

    // ---- schedules one after the other

    private static Schedule sequence(double lr, Options o) {
        int[] starts = ints(o, "milestones");
        o.open.remove("sequence");
        var parts = (List<?>) o.given.get("sequence");
        var out = part(lr, parts.getLast());
        for (int i = starts.length - 1; i >= 0; i--) {
            out = part(lr, parts.get(i)).then(starts[i] - (i == 0 ? 0 : starts[i - 1]), out);
        }
        return out;
    }

    private static Script.Node call(String text) {
        try {
            return Script.expression(text);
        } catch (IllegalArgumentException e) {
            throw new MissingOperator("notation of the schedule " + text);
        }
    }

    /**
     * A part is written as a call, {@code LinearLR(start_factor=0.1, total_iters=4)}, or as an object with its name and
     * attributes.
     */
    private static Schedule part(double lr, Object part) {
        var attributes = new HashMap<String, Object>();
        var name = "";
        if (part instanceof Map<?, ?> object) {
            object.forEach((key, value) -> attributes.put(key.toString(), value));
            for (var key : List.of("op", "name", "kind", "schedule", "type")) {
                name = attributes.containsKey(key) ? attributes.remove(key).toString() : name;
            }
            if (attributes.remove("attrs") instanceof Map<?, ?> inner) {
                inner.forEach((key, value) -> attributes.put(key.toString(), value));
            }
        } else if (part instanceof List<?> list) {
            name = list.get(0).toString();
            list.stream()
                    .filter(Map.class::isInstance)
                    .forEach(m -> ((Map<?, ?>) m).forEach((key, value) -> attributes.put(key.toString(), value)));
        } else {
            var node = call(part.toString());
            name = node instanceof Script.Call call ? ((Script.Name) call.function()).name() : part.toString();
            if (node instanceof Script.Call call) {
                call.named()
                        .forEach((key, value) ->
                                attributes.put(key, new Evaluator(new Operators(), Map.of()).evaluate(value)));
            }
        }
        attributes.putIfAbsent("base_lr", lr);
        var lower = new HashMap<String, Object>();
        attributes.forEach((key, value) -> lower.put(key.toLowerCase(java.util.Locale.ROOT), value));
        return schedule(
                switch (name) {
                    case "LinearLR", "linear" -> "linear_warmup";
                    case "CosineAnnealingLR" -> "cosine";
                    case "ConstantLR" -> "constant";
                    case "ExponentialLR" -> "exponential";
                    case "StepLR" -> "step";
                    default -> name;
                },
                new Options(lower));
    }
}
