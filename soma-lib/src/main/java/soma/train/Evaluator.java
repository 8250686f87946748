package soma.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import soma.Soma;
import soma.data.Batches;
import soma.nn.Layer;
import soma.nn.Loss;

/** Measures a model: mean loss and metrics over batches, weighted by their examples, as one compiled function. */
final class Evaluator {
    private final Layer model;
    private final Loss loss;
    private final List<Metric> metrics = new ArrayList<>();
    private Soma.@Nullable Compiled measured;

    Evaluator(Layer model, Loss loss) {
        this.model = model;
        this.loss = loss;
    }

    void add(Metric metric) {
        metrics.add(metric);
        measured = null;
    }

    boolean has(Metric metric) {
        return metrics.stream().anyMatch(m -> m.name().equals(metric.name()));
    }

    private Soma.Compiled measure() {
        var ready = measured;
        if (ready == null) {
            ready = Soma.compile(args -> Soma.inference(() -> {
                var p = model.forward(args.get(0));
                var y = args.get(1);
                var out = new ArrayList<>(List.of(loss.of(p, y)));
                metrics.forEach(m -> out.add(m.mean().apply(p, y)));
                return out;
            }));
            measured = ready;
        }
        return ready;
    }

    Evaluation of(Batches batches) {
        var measure = measure();
        var sums = new double[1 + metrics.size()];
        long count = 0;
        for (var batch : batches) {
            var values = measure.apply(batch.x(), batch.y());
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values.get(i).item() * batch.size();
            }
            count += batch.size();
        }
        var named = new LinkedHashMap<String, Double>();
        for (int i = 0; i < metrics.size(); i++) {
            named.put(metrics.get(i).name(), sums[i + 1] / count);
        }
        return new Evaluation(sums[0] / count, named);
    }
}
