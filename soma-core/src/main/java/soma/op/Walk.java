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
    /** Node i's inputs are {@code edges[starts[i]]} to before {@code edges[starts[i + 1]]}. */
    private int[] starts = new int[65];

    private int[] edges = new int[128];
    private int count;
    private int[] table = new int[256];

    private Walk() {}

    /** From these tensors downwards. */
    public static Walk from(List<Tensor> roots) {
        var walk = new Walk();
        var path = new Path();
        for (var root : roots) {
            walk.visit(root, path);
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

    /** How many inputs node i has. */
    public int inputs(int i) {
        return starts[i + 1] - starts[i];
    }

    /** The number of input k of node i. */
    public int input(int i, int k) {
        return edges[starts[i] + k];
    }

    /** How many inputs all nodes have together. */
    public int edges() {
        return starts[count];
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

    private void visit(Tensor root, Path path) {
        if (indexOf(root) >= 0) {
            return;
        }
        path.push(root, root.op());
        while (path.depth > 0) {
            int top = path.depth - 1;
            var inputs = path.inputs[top];
            if (path.next[top] < inputs.size()) {
                var input = inputs.get(path.next[top]++);
                int known = indexOf(input);
                if (known >= 0) {
                    path.note(known);
                } else if (input.op() instanceof Leaf leaf) {
                    path.note(append(input, leaf, path, 0));
                } else {
                    path.push(input, input.op());
                }
            } else {
                path.depth--;
                path.note(append(path.nodes[top], path.ops[top], path, inputs.size()));
            }
        }
    }

    /** The number of a new node, whose inputs are the last that were noted. */
    private int append(Tensor t, Op op, Path path, int inputs) {
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * count);
            ops = Arrays.copyOf(ops, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count + 1);
        }
        int at = starts[count];
        if (at + inputs > edges.length) {
            edges = Arrays.copyOf(edges, Math.max(2 * edges.length, at + inputs));
        }
        path.noted -= inputs;
        System.arraycopy(path.numbers, path.noted, edges, at, inputs);
        nodes[count] = t;
        ops[count++] = op;
        starts[count] = at + inputs;
        if (4 * count > table.length) {
            table = new int[4 * table.length];
            for (int i = 0; i < count; i++) {
                enter(i);
            }
        } else {
            enter(count - 1);
        }
        return count - 1;
    }

    private void enter(int i) {
        int h = slot(nodes[i]);
        while (table[h] != 0) {
            h = h + 1 & table.length - 1;
        }
        table[h] = i + 1;
    }

    /**
     * From a root to the node being looked at, and which input of each comes next. Numbers of inputs are noted on a stack, from
     * which a node takes those of its own when it has seen them all.
     */
    private static final class Path {
        Tensor[] nodes = new Tensor[32];
        Op[] ops = new Op[32];

        @SuppressWarnings({"unchecked", "rawtypes"})
        List<Tensor>[] inputs = new List[32];

        int[] next = new int[32];
        int depth;

        int[] numbers = new int[64];
        int noted;

        void push(Tensor t, Op op) {
            if (depth == nodes.length) {
                nodes = Arrays.copyOf(nodes, 2 * depth);
                ops = Arrays.copyOf(ops, 2 * depth);
                inputs = Arrays.copyOf(inputs, 2 * depth);
                next = Arrays.copyOf(next, 2 * depth);
            }
            nodes[depth] = t;
            ops[depth] = op;
            inputs[depth] = op.inputs();
            next[depth++] = 0;
        }

        void note(int number) {
            if (noted == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * noted);
            }
            numbers[noted++] = number;
        }
    }
}
