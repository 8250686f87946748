package soma.kernel;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The fused loops of an executor: each program once, however many plans it is part of. */
public final class FusedLoops {

    /** More than a program made of a few models has. */
    private static final int MOST = 1024;

    private final ConcurrentHashMap<LoopProgram, FusedLoop> loops = new ConcurrentHashMap<>();

    /** The loop for a program, if one of its own is worth while and this machine has vectors. */
    public Optional<FusedLoop> of(LoopProgram program) {
        if (!Cpu.VECTORS || !program.isWorthCode()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                loops.size() < MOST ? loops.computeIfAbsent(program, FusedLoop::new) : loops.get(program));
    }
}
