package soma.bench.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.IntBuffer;
import java.util.Map;
import java.util.Random;

/** ONNX Runtime behind {@link Questions}: the encoder as its own optimizer leaves a BERT, with fused attention. */
public final class OnnxPeer {
    private static final int LENGTH = 128;
    private static final Map<String, Integer> BATCHES = Map.of("encoder-1x128-ort", 1, "encoder-32x128-ort", 32);

    private OnnxPeer() {}

    public static void main(String[] args) throws Exception {
        var model = OnnxEncoder.bytes();
        try (var environment = OrtEnvironment.getEnvironment()) {
            System.err.println("ONNX Runtime " + environment.getVersion());
            Questions.answer((id, threads, seconds) -> measure(environment, model, id, threads, seconds));
        }
    }

    private static String measure(OrtEnvironment environment, byte[] model, String id, int threads, double seconds)
            throws OrtException {
        var batch = BATCHES.get(id);
        if (batch == null) {
            throw new IllegalArgumentException("unknown case '" + id + "'");
        }
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // Its workers spin while it runs, but not on into the next one's measurement.
            options.addConfigEntry("session.force_spinning_stop", "1");
            try (var session = environment.createSession(model, options);
                    var ids = ids(environment, batch, 30_522);
                    var kinds = ids(environment, batch, 1)) {
                var inputs = Map.of("ids", ids, "kinds", kinds);
                var timing = new Timing(seconds);
                for (int i = 0; !timing.isOver(); i++) {
                    timing.run(i, () -> run(session, inputs));
                }
                return timing.answer(id);
            }
        }
    }

    private static void run(OrtSession session, Map<String, OnnxTensor> inputs) {
        try (var result = session.run(inputs)) {
            if (result.size() != 1) {
                throw new IllegalStateException(result.size() + " results");
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OnnxTensor ids(OrtEnvironment environment, int batch, int below) throws OrtException {
        var random = new Random(1);
        var values = IntBuffer.allocate(batch * LENGTH);
        while (values.hasRemaining()) {
            values.put(random.nextInt(below));
        }
        return OnnxTensor.createTensor(environment, values.flip(), new long[] {batch, LENGTH});
    }
}
