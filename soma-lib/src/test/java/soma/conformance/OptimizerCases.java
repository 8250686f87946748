package soma.conformance;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import soma.Autodiff;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;
import soma.optim.AdaDelta;
import soma.optim.AdaGrad;
import soma.optim.Adam;
import soma.optim.AdamW;
import soma.optim.Adamax;
import soma.optim.Gradients;
import soma.optim.Iteration;
import soma.optim.Lbfgs;
import soma.optim.NAdam;
import soma.optim.Optimizer;
import soma.optim.RAdam;
import soma.optim.RmsProp;
import soma.optim.Rprop;
import soma.optim.Schedule;
import soma.optim.Sgd;
import soma.optim.Updater;

/** An optimizer's way through a small problem. */
final class OptimizerCases {
    private OptimizerCases() {}

    /** Makes step k, from 1, and gives the loss before it. */
    @FunctionalInterface
    private interface Walk {
        double step(int k);
    }

    static List<String> check(JsonObject c) {
        var params = params(c);
        var walk = walk(c, params);
        var tolerance = Numbers.Tolerance.of(c);
        var problems = new ArrayList<String>();
        boolean onlyEnd = c.has("note") && c.get("note").getAsString().startsWith("judge by the final point");
        int k = 0;
        for (var e : c.getAsJsonArray("trajectory")) {
            var station = e.getAsJsonObject();
            double loss = Double.NaN;
            int last = station.get("step").getAsInt();
            while (k < last) {
                loss = walk.step(++k);
            }
            if (onlyEnd) {
                problems.clear();
            }
            if (station.has("loss_before")) {
                double[] want = {Numbers.number(station.get("loss_before"))};
                problems.addAll(Numbers.difference("loss before step " + last, new double[] {loss}, want, tolerance));
            }
            Numbers.byName(station, "params")
                    .forEach((name, want) -> problems.addAll(
                            Numbers.difference(name + " after step " + last, read(params.get(name)), want, tolerance)));
        }
        return problems;
    }

    private static Map<String, Param> params(JsonObject c) {
        var params = new LinkedHashMap<String, Param>();
        Numbers.byName(c, "initial")
                .forEach((name, t) ->
                        params.put(name, Param.of(Numbers.tensor(t)).named(name)));
        return params;
    }

    private static Tensor read(Param p) {
        return Tensor.wrap(p.array(), p.dtype(), p.shape());
    }

    private static Walk walk(JsonObject c, Map<String, Param> params) {
        var problem = c.getAsJsonObject("problem");
        var formula = problem.get("loss").getAsString();
        var data = new HashMap<String, Tensor>();
        Numbers.byName(problem, "data").forEach((name, t) -> data.put(name, Numbers.tensor(t)));
        Supplier<Tensor> loss = () -> {
            var values = new HashMap<>(data);
            params.forEach((name, p) -> values.put(name, p.value()));
            return LossFormula.evaluate(formula, values);
        };
        var attributes = Numbers.attributes(c);
        var name = c.get("op").getAsString();
        if (name.equals("lbfgs")) {
            var run = lbfgs(new Options(attributes)).on(List.copyOf(params.values()), loss);
            return _ -> run.step();
        }
        var updater = new Updater<>(optimizer(name, new Options(attributes)), params);
        return k -> Soma.training(Rng.seed(k), () -> {
                    var l = loss.get();
                    updater.apply(Iteration.of(k), clipped(Autodiff.grad(l, updater.values()), attributes));
                    return l;
                })
                .item();
    }

    private static List<Tensor> clipped(List<Tensor> gradients, Map<String, Object> attributes) {
        if (attributes.get("clip_grad_norm") != null) {
            return Gradients.clipByNorm(gradients, Arguments.number(attributes.get("clip_grad_norm")));
        }
        return attributes.get("clip_grad_value") != null
                ? Gradients.clipByValue(gradients, Arguments.number(attributes.get("clip_grad_value")))
                : gradients;
    }

    /** Hyperparameters that were asked for, so that none is passed over in silence. */
    private static final class Options {
        private final Map<String, Object> given;
        private final Set<String> open;

        Options(Map<String, Object> given) {
            this.given = given;
            this.open = new java.util.HashSet<>(given.keySet());
            open.removeAll(Set.of("clip_grad_norm", "clip_grad_value"));
        }

        double number(String name, double otherwise) {
            open.remove(name);
            return given.get(name) == null ? otherwise : Arguments.number(given.get(name));
        }

        boolean flag(String name) {
            open.remove(name);
            return Boolean.TRUE.equals(given.get(name));
        }

        double[] pair(String name, double first, double second) {
            open.remove(name);
            return given.get(name) instanceof List<?> list
                    ? list.stream().mapToDouble(Arguments::number).toArray()
                    : new double[] {first, second};
        }

        <T> T complete(T optimizer) {
            if (!open.isEmpty()) {
                throw new MissingOperator(
                        "option " + open + " of " + optimizer.getClass().getSimpleName());
            }
            return optimizer;
        }
    }

    private static Lbfgs lbfgs(Options o) {
        boolean search = o.given.get("line_search") != null;
        o.open.remove("line_search");
        return o.complete(new Lbfgs(
                o.number("lr", 1),
                (int) o.number("max_iter", 20),
                (int) o.number("history_size", 100),
                o.number("tolerance_grad", 1e-7),
                o.number("tolerance_change", 1e-9),
                search));
    }

    private static Optimizer<?> optimizer(String name, Options o) {
        double decay = o.number("weight_decay", name.equals("adamw") ? 0.01 : 0);
        double eps = o.number("eps", name.equals("adagrad") ? 1e-10 : name.equals("adadelta") ? 1e-6 : 1e-8);
        var lr = Schedule.constant(o.number(
                "lr",
                switch (name) {
                    case "adadelta" -> 1;
                    case "adagrad", "rmsprop", "rprop" -> 0.01;
                    case "adamax", "nadam" -> 0.002;
                    default -> 0.001;
                }));
        var betas = o.pair("betas", 0.9, 0.999);
        return o.complete(
                switch (name) {
                    case "sgd" ->
                        new Sgd(lr, o.number("momentum", 0), o.number("dampening", 0), o.flag("nesterov"), decay);
                    case "adam" -> new Adam(lr, betas[0], betas[1], eps, decay, o.flag("amsgrad"));
                    case "adamw" -> new AdamW(lr, betas[0], betas[1], eps, decay, o.flag("amsgrad"));
                    case "adamax" -> new Adamax(lr, betas[0], betas[1], eps, decay);
                    case "nadam" -> new NAdam(lr, betas[0], betas[1], eps, decay, o.number("momentum_decay", 4e-3));
                    case "radam" -> new RAdam(lr, betas[0], betas[1], eps, decay);
                    case "adagrad" ->
                        new AdaGrad(lr, o.number("lr_decay", 0), o.number("initial_accumulator_value", 0), eps, decay);
                    case "adadelta" -> new AdaDelta(lr, o.number("rho", 0.9), eps, decay);
                    case "rmsprop" ->
                        new RmsProp(
                                lr, o.number("alpha", 0.99), eps, o.number("momentum", 0), o.flag("centered"), decay);
                    case "rprop" -> {
                        var etas = o.pair("etas", 0.5, 1.2);
                        var sizes = o.pair("step_sizes", 1e-6, 50);
                        yield new Rprop(lr, etas[0], etas[1], sizes[0], sizes[1]);
                    }
                    default -> throw new MissingOperator("optimizer " + name);
                });
    }
}
