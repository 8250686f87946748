package soma.labs;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a run of a lab found.
 *
 * @param modelSha256 SHA-256 over the trained weights, empty where the lab trains none: equal for two runs that agree bit for bit
 */
public record LabResult(
        String lab,
        long seed,
        boolean quick,
        Map<String, Double> metrics,
        List<Bar> bars,
        double seconds,
        String modelSha256,
        List<Path> figures) {

    /** Whether every bar was reached. */
    public boolean passed() {
        return bars.stream().allMatch(Bar::passed);
    }
}
