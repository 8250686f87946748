package soma.op;

import java.util.Arrays;
import java.util.List;
import soma.Tensor;

/**
 * The nodes that some tensors depend on, each once, inputs before users. Iterative, linear in the nodes, so that a graph of a
 * million nodes is no problem. Each node's op is read once: evaluation by another thread does not change the walk.
 */
public final class Walk {
    private Tensor[] nodes = new Tensor[64];
    private Op[] ops = new Op[64];
    private int count;
    private int[] table = new int[256];

    private Walk() {}

    /** From these tensors downwards. */
    public static Walk from(List<Tensor> roots) {
        var walk = new Walk();
        for (var root : roots) {
            walk.visit(root);
        }
        return walk;
    }

    /** How many nodes. */
    public int size() {
        return count;
    }

    /** Node i; its inputs have smaller numbers. */
    public Tensor node(int i) {
        return nodes[i];
    }

    /** The op of node i as it was when the walk was made. */
    public Op op(int i) {
        return ops[i];
    }

    /** The number of a node, or -1. */
    public int indexOf(Tensor t) {
        for (int h = slot(t); ; h = h + 1 & table.length - 1) {
            int i = table[h];
            if (i == 0) {
                return -1;
            }
            if (nodes[i - 1] == t) {
                return i - 1;
            }
        }
    }

    private int slot(Tensor t) {
        return t.id() * 0x9E3779B9 >>> 7 & table.length - 1;
    }

    private void visit(Tensor root) {
        if (indexOf(root) >= 0) {
            return;
        }
        var stack = new Frame[32];
        int depth = 0;
        stack[depth++] = new Frame(root);
        while (depth > 0) {
            var frame = stack[depth - 1];
            if (frame.next < frame.inputs.size()) {
                var input = frame.inputs.get(frame.next++);
                if (indexOf(input) < 0) {
                    if (depth == stack.length) {
                        stack = Arrays.copyOf(stack, 2 * depth);
                    }
                    stack[depth++] = new Frame(input);
                }
            } else {
                depth--;
                if (indexOf(frame.tensor) < 0) {
                    append(frame.tensor, frame.op);
                }
            }
        }
    }

    private void append(Tensor t, Op op) {
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * count);
            ops = Arrays.copyOf(ops, 2 * count);
        }
        nodes[count] = t;
        ops[count++] = op;
        if (4 * count > table.length) {
            table = new int[4 * table.length];
            for (int i = 0; i < count; i++) {
                enter(i);
            }
        } else {
            enter(count - 1);
        }
    }

    private void enter(int i) {
        int h = slot(nodes[i]);
        while (table[h] != 0) {
            h = h + 1 & table.length - 1;
        }
        table[h] = i + 1;
    }

    private static final class Frame {
        final Tensor tensor;
        final Op op;
        final List<Tensor> inputs;
        int next;

        Frame(Tensor tensor) {
            this.tensor = tensor;
            this.op = tensor.op();
            this.inputs = op.inputs();
        }
    }
}
