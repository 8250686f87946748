package soma.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import soma.Shape;
import soma.op.Op;

/** The values made so far, found by what they compute: equal expressions are one value. Open addressing, the values are their own keys. */
final class ValueTable {
    private @Nullable Value[] table = new Value[256];
    private int[] hashes = new int[256];
    private int count;

    /** The value of this op on these inputs, or null; {@code hash} is {@link #hash} of them. */
    @Nullable
    Value find(int hash, Op op, Value[] in, Shape[] shapes) {
        for (int h = slot(hash); ; h = h + 1 & table.length - 1) {
            var v = table[h];
            if (v == null) {
                return null;
            }
            if (hashes[h] == hash && isSame(v, op, in, shapes)) {
                return v;
            }
        }
    }

    private static boolean isSame(Value v, Op op, Value[] in, Shape[] shapes) {
        if (v.op.getClass() != op.getClass() || v.in.length != in.length) {
            return false;
        }
        for (int i = 0; i < in.length; i++) {
            if (v.in[i] != in[i]) {
                return false;
            }
        }
        return Arrays.equals(v.inShapes, shapes) && v.op.attributes().equals(op.attributes());
    }

    static int hash(Op op, Value[] in) {
        int hash = 31 * op.getClass().hashCode() + op.attributes().hashCode();
        for (var v : in) {
            hash = 0x9E3779B9 * hash + v.number;
        }
        return hash;
    }

    void add(int hash, Value v) {
        if (2 * ++count > table.length) {
            var old = table;
            var oldHashes = hashes;
            table = new Value[2 * old.length];
            hashes = new int[2 * old.length];
            for (int i = 0; i < old.length; i++) {
                var o = old[i];
                if (o != null) {
                    put(oldHashes[i], o);
                }
            }
        }
        put(hash, v);
    }

    private void put(int hash, Value v) {
        int h = slot(hash);
        while (table[h] != null) {
            h = h + 1 & table.length - 1;
        }
        table[h] = v;
        hashes[h] = hash;
    }

    private int slot(int hash) {
        return hash * 0x9E3779B9 >>> 7 & table.length - 1;
    }
}
