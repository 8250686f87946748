package soma;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a training step or a function being compiled carries along: mode, random key, and updates not yet committed. */
final class Scope {
    static final ScopedValue<Scope> CURRENT = ScopedValue.newInstance();

    final @Nullable Scope parent;
    final boolean training;
    final boolean tracing;
    final @Nullable Rng rng;
    private final Map<Param, Tensor> pending = new IdentityHashMap<>();
    private final List<Param> order = new ArrayList<>();
    private long draws;

    Scope(boolean training, boolean tracing, @Nullable Rng rng) {
        this.parent = CURRENT.isBound() ? CURRENT.get() : null;
        this.training = training;
        this.tracing = tracing || parent != null && parent.tracing;
        this.rng = rng;
    }

    private Scope() {
        this.parent = null;
        this.training = false;
        this.tracing = false;
        this.rng = null;
    }

    /** Runs {@code body} as if no scope were open: what it evaluates commits no update and is part of no function being compiled. */
    static <T> T outside(Supplier<T> body) {
        return CURRENT.isBound() ? ScopedValue.where(CURRENT, new Scope()).call(body::get) : body.get();
    }

    static @Nullable Scope current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    static @Nullable Tensor pending(Param p) {
        for (var s = current(); s != null; s = s.parent) {
            var t = s.pending.get(p);
            if (t != null) {
                return t;
            }
        }
        return null;
    }

    static void set(Param p, Tensor value) {
        var scope = current();
        if (scope == null) {
            Soma.commit(List.of(), List.of(p), List.of(value));
        } else {
            scope.put(p, value);
        }
    }

    private void put(Param p, Tensor value) {
        if (pending.put(p, value) == null) {
            order.add(p);
        }
    }

    /** The next key of this scope: each draw in the order of the program gets its own. */
    Rng nextRng() {
        for (var s = this; s != null; s = s.parent) {
            if (s.rng != null) {
                return s.rng.fold(s.draws++);
            }
        }
        throw new SomaException("random numbers were asked for outside a training scope; run this in"
                + " Soma.training(Rng.seed(1), ...) or pass an Rng");
    }

    /** Whether keys were asked of this very scope. */
    boolean hasDrawn() {
        return draws > 0;
    }

    List<Param> params() {
        return order;
    }

    Tensor valueOf(Param p) {
        return java.util.Objects.requireNonNull(pending.get(p));
    }

    /** Hands the updates to the enclosing scope; false if there is none. */
    boolean handUp() {
        if (parent == null) {
            return false;
        }
        for (var p : order) {
            parent.put(p, valueOf(p));
        }
        clear();
        return true;
    }

    void clear() {
        pending.clear();
        order.clear();
    }
}
