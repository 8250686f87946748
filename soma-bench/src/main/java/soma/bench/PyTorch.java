package soma.bench;

import java.util.List;

/** PyTorch in processes of its own. */
record PyTorch(Peers processes) implements Bench.Peer {

    @Override
    public String name() {
        return "pytorch";
    }

    @Override
    public List<String> settings(int threads) {
        return processes.settings(threads);
    }

    @Override
    public double measure(String setting, String id, int threads, double seconds) {
        return processes.measure(setting, id, threads, seconds).medianMs();
    }
}
