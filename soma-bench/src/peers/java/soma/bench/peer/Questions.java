package soma.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A line protocol: {@code run CASE THREADS SECONDS} answers {@code CASE median_ms best_ms iterations}, {@code quit}
 * ends. Whatever goes wrong answers {@code error MESSAGE}; what the peer itself says goes to standard error.
 */
final class Questions {

    /** Measures a case. */
    interface Measure {
        String of(String id, int threads, double seconds) throws Exception;
    }

    private Questions() {}

    static void answer(Measure measure) throws IOException {
        System.out.println("ready");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
            var words = line.split(" ");
            if (words.length != 4 || !words[0].equals("run")) {
                System.out.println("error expected 'run CASE THREADS SECONDS' or 'quit', got '" + line + "'");
                continue;
            }
            try {
                System.out.println(measure.of(words[1], Integer.parseInt(words[2]), Double.parseDouble(words[3])));
            } catch (Exception e) {
                System.out.println("error "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            }
        }
    }
}
