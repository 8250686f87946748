package soma.bench;

import java.util.List;

/** ONNX Runtime in a process of its own. */
record OnnxRuntime(Peers processes) implements Bench.Peer {

    @Override
    public String name() {
        return Case.ONNX_RUNTIME;
    }

    @Override
    public List<String> settings(int threads) {
        return List.of(Peers.ONNX);
    }

    @Override
    public double measure(String setting, String id, int threads, double seconds) {
        return processes.measure(setting, id, threads, seconds).medianMs();
    }
}
