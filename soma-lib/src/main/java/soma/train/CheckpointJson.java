package soma.train;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import soma.io.FileFormatException;
import soma.optim.Plateau;

/** A checkpoint's state as JSON. Doubles are written so that they are read back to the last bit; those JSON lacks as strings. */
final class CheckpointJson {
    private CheckpointJson() {}

    static String text(String format, Checkpoint.State s) {
        var text = new StringWriter();
        try (var json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.beginObject();
            json.name("format").value(format);
            json.name("weights").value(s.weights());
            json.name("optimizer").value(s.optimizer());
            json.name("seed").value(s.seed());
            json.name("steps").value(s.steps());
            json.name("epoch").value(s.epoch());
            json.name("batch").value(s.batch());
            number(json, "lossSum", s.lossSum());
            json.name("seen").value(s.seen());
            number(json, "seconds", s.seconds());
            json.name("bestEpoch").value(s.bestEpoch());
            number(json, "bestValue", s.bestValue());
            json.name("plateaus").beginArray();
            for (var p : s.plateaus()) {
                json.beginObject();
                number(json, "lr", p.lr());
                number(json, "best", p.best());
                json.name("bad").value(p.bad()).name("cooling").value(p.cooling());
                json.endObject();
            }
            json.endArray();
            json.name("epochs").beginArray();
            for (var e : s.epochs()) {
                epoch(json, e);
            }
            json.endArray().endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void epoch(JsonWriter json, Epoch e) throws IOException {
        json.beginObject().name("number").value(e.number());
        number(json, "loss", e.loss());
        number(json, "lr", e.lr());
        number(json, "seconds", e.seconds());
        if (e.validation().isPresent()) {
            var v = e.validation().get();
            json.name("validation").beginObject();
            number(json, "loss", v.loss());
            json.name("metrics").beginObject();
            for (var m : v.metrics().entrySet()) {
                number(json, m.getKey(), m.getValue());
            }
            json.endObject().endObject();
        }
        json.endObject();
    }

    private static void number(JsonWriter json, String name, double value) throws IOException {
        json.name(name);
        if (Double.isFinite(value)) {
            json.value(value);
        } else {
            json.value(Double.toString(value));
        }
    }

    static Checkpoint.State parse(Path file, String format, String text) {
        try {
            var o = new Gson().fromJson(text, JsonObject.class);
            if (!o.has("format") || !o.get("format").getAsString().equals(format)) {
                throw new FileFormatException(file, "not a checkpoint of format " + format);
            }
            var epochs = new ArrayList<Epoch>();
            for (var e : o.getAsJsonArray("epochs")) {
                epochs.add(epoch(e.getAsJsonObject()));
            }
            var plateaus = new ArrayList<Plateau.Memory>();
            for (var p : o.getAsJsonArray("plateaus")) {
                plateaus.add(plateau(p.getAsJsonObject()));
            }
            return new Checkpoint.State(
                    o.get("weights").getAsString(),
                    o.get("optimizer").getAsString(),
                    o.get("seed").getAsLong(),
                    o.get("steps").getAsInt(),
                    o.get("epoch").getAsInt(),
                    o.get("batch").getAsInt(),
                    o.get("lossSum").getAsDouble(),
                    o.get("seen").getAsLong(),
                    o.get("seconds").getAsDouble(),
                    o.get("bestEpoch").getAsInt(),
                    o.get("bestValue").getAsDouble(),
                    plateaus,
                    epochs);
        } catch (JsonParseException
                | IllegalStateException
                | NumberFormatException
                | ClassCastException
                | NullPointerException e) {
            // A field that is missing or of another kind shows as one of these in the reader's accessors.
            throw new FileFormatException(file, "not a whole checkpoint: " + e.getMessage());
        }
    }

    private static Plateau.Memory plateau(JsonObject o) {
        return new Plateau.Memory(
                o.get("lr").getAsDouble(),
                o.get("best").getAsDouble(),
                o.get("bad").getAsInt(),
                o.get("cooling").getAsInt());
    }

    private static Epoch epoch(JsonObject o) {
        Optional<Evaluation> validation = Optional.empty();
        if (o.has("validation")) {
            var v = o.getAsJsonObject("validation");
            var metrics = new LinkedHashMap<String, Double>();
            v.getAsJsonObject("metrics")
                    .entrySet()
                    .forEach(m -> metrics.put(m.getKey(), m.getValue().getAsDouble()));
            validation = Optional.of(new Evaluation(v.get("loss").getAsDouble(), metrics));
        }
        return new Epoch(
                o.get("number").getAsInt(),
                o.get("loss").getAsDouble(),
                validation,
                o.get("lr").getAsDouble(),
                o.get("seconds").getAsDouble());
    }
}
