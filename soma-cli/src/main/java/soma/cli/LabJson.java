package soma.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import soma.labs.Bar;
import soma.labs.Lab;
import soma.labs.LabResult;

/** Labs as lines of JSON. */
final class LabJson {

    private LabJson() {}

    static String line(LabResult result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("lab", result.lab());
        fields.put("seed", result.seed());
        fields.put("passed", result.passed());
        fields.put("metrics", result.metrics());
        fields.put("bars", result.bars().stream().map(LabJson::fields).toList());
        fields.put("seconds", Math.round(1000 * result.seconds()) / 1000.0);
        fields.put("model_sha256", result.modelSha256());
        fields.put("figures", result.figures());
        return Json.line(fields);
    }

    private static Map<String, Object> fields(Bar bar) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("metric", bar.metric());
        fields.put("op", bar.op().sign());
        fields.put("value", bar.value());
        fields.put("passed", bar.passed());
        return fields;
    }

    /** A lab that broke. */
    static String line(Lab lab, long seed, Exception failure) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("lab", lab.id());
        fields.put("seed", seed);
        fields.put("passed", false);
        fields.put("metrics", Map.of());
        fields.put("bars", List.of());
        fields.put("error", Main.describe(failure));
        return Json.line(fields);
    }

    /** A lab in the list. */
    static String line(Lab lab) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("lab", lab.id());
        fields.put("group", lab.group());
        fields.put("about", lab.about());
        return Json.line(fields);
    }
}
