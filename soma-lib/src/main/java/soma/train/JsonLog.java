package soma.train;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Writes a JSON object in a line for each step and each epoch, such as {@code
 * {"event":"step","step":12,"epoch":1,"loss":0.31}} and {@code
 * {"event":"epoch","step":40,"epoch":1,"loss":0.42,"lr":0.001,"seconds":1.5,"validation_loss":0.40,"accuracy":0.91}}.
 * A number that is not finite is written as a string. A resumed training goes on in the same file.
 */
public final class JsonLog implements Consumer<TrainEvent> {
    private final LogFile file;
    private final int every;
    private int steps;

    /** A line for each epoch only. */
    public JsonLog(Path file) {
        this(file, Integer.MAX_VALUE);
    }

    /** Also a line for each {@code every}-th step. */
    public JsonLog(Path file, int every) {
        this.file = new LogFile(file);
        this.every = every;
    }

    @Override
    public void accept(TrainEvent event) {
        switch (event) {
            case TrainEvent.Started s -> {
                steps = s.steps();
                file.begin(line -> step(line) <= s.steps());
            }
            case TrainEvent.StepDone s -> {
                steps = s.total();
                if (steps % every == 0) {
                    file.line(object("step", s.epoch(), s.loss()).toString());
                }
            }
            case TrainEvent.EpochDone done -> {
                var e = done.epoch();
                var json = object("epoch", e.number(), e.loss());
                number(json, "lr", e.lr());
                number(json, "seconds", e.seconds());
                e.validation().ifPresent(v -> {
                    number(json, "validation_loss", v.loss());
                    v.metrics().forEach((name, value) -> number(json, name, value));
                });
                file.line(json.toString());
            }
            case TrainEvent.Finished _ -> {}
        }
    }

    private JsonObject object(String event, int epoch, double loss) {
        var json = new JsonObject();
        json.addProperty("event", event);
        json.addProperty("step", steps);
        json.addProperty("epoch", epoch);
        number(json, "loss", loss);
        return json;
    }

    private static void number(JsonObject json, String name, double value) {
        if (Double.isFinite(value)) {
            json.addProperty(name, value);
        } else {
            json.addProperty(name, Double.toString(value));
        }
    }

    /** The step a line is about; none for a line that is not whole, as after a crash. */
    private static int step(String line) {
        try {
            return new Gson().fromJson(line, JsonObject.class).get("step").getAsInt();
        } catch (JsonParseException | IllegalStateException | NumberFormatException | NullPointerException e) {
            return Integer.MAX_VALUE;
        }
    }
}
