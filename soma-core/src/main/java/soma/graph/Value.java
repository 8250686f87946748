package soma.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.op.Elementwise;
import soma.op.Op;
import soma.op.Pick;
import soma.op.Product;

/** A node of the graph while it is planned: an op on other values, and where its elements live. */
final class Value {
    final int number;
    final Op op;
    final Value[] in;
    final Shape[] inShapes;
    final Shape shape;
    final DType dtype;
    /** Whose memory this is: itself, or what it is a view of. */
    final Value storage;
    /** Where in that memory it starts. */
    final int offset;

    final List<Value> users = new ArrayList<>(2);
    boolean root;
    boolean assigned;

    @Nullable
    Group group;

    /** What is computed before anything that reads this view. */
    @Nullable
    Value after;

    int slot = -1;
    /** Which step computes it, for what stands for a step. */
    int position = -1;

    /** A value of its own. */
    Value(int number, Tensor tensor, Op op, Value[] in, Shape[] inShapes) {
        this.number = number;
        this.op = op;
        this.in = in;
        this.inShapes = inShapes;
        this.shape = tensor.shape();
        this.dtype = tensor.dtype();
        this.storage = this;
        this.offset = 0;
    }

    /** A view of {@code base} from {@code start} on. */
    Value(int number, Tensor tensor, Op op, Value base, int start) {
        this.number = number;
        this.op = op;
        this.in = new Value[] {base};
        this.inShapes = new Shape[] {base.shape};
        this.shape = tensor.shape();
        this.dtype = tensor.dtype();
        this.storage = base.storage;
        this.offset = base.offset + start;
    }

    boolean isView() {
        return storage != this;
    }

    boolean isElementwise() {
        return !isView() && op instanceof Elementwise;
    }

    /** Whether it is a product whose users are a loop that ends it. */
    boolean isHead() {
        if (users.isEmpty() || !(op instanceof Product)) {
            return false;
        }
        var g = users.getFirst().group;
        return g != null && g.head == this;
    }

    /** The value that stands for the step which computes this one. */
    Value step() {
        var g = group;
        if (g == null && isHead()) {
            g = users.getFirst().group;
        }
        if (g == null) {
            return op instanceof Pick ? in[0] : this;
        }
        var reduction = g.reduction;
        return reduction != null ? reduction : g.members.getFirst();
    }

    /** All that read its memory, through whatever views. */
    List<Value> readers() {
        var all = new ArrayList<Value>();
        addReaders(all);
        return all;
    }

    private void addReaders(List<Value> all) {
        for (var u : users) {
            if (u.isView()) {
                u.addReaders(all);
            } else {
                all.add(u);
            }
        }
    }

    /** Whether it, in a loop of this size, reads what it reads of v's memory as it lies. */
    boolean readsInPlace(Value v, int size) {
        for (int k = 0; k < in.length; k++) {
            if (in[k].storage == v && (in[k] != v || inShapes[k].size() != size)) {
                return false;
            }
        }
        return true;
    }

    /** The arithmetic an elementwise op is done in: that of what it reads, since a comparison's own dtype is bool. */
    Num num() {
        return switch (op) {
            case soma.op.Cast c -> Num.of(c.dtype() == DType.BOOL ? c.x().dtype() : c.dtype());
            case soma.op.Where w -> Num.of(w.b().dtype());
            case soma.op.Reduction r -> Num.of(r.x().dtype());
            default -> Num.of(op.inputs().get(0).dtype());
        };
    }

    /** Whether the register that holds it in a loop has exactly the value that memory would hold. */
    boolean exactInRegister() {
        return dtype == DType.BOOL ? isZeroOrOne() : Num.kind(dtype) == num().kind;
    }

    /** Whether a loop computes this bool as 0 or 1; a sum of bools, say, is 2 in a register and 1 in memory. */
    private boolean isZeroOrOne() {
        return switch (op) {
            case soma.op.Comparison _ -> true;
            case soma.op.And _ -> true;
            case soma.op.Or _ -> true;
            case soma.op.Xor _ -> true;
            case soma.op.Not _ -> true;
            case soma.op.IsNan _ -> true;
            case soma.op.IsInf _ -> true;
            case soma.op.Where _ -> true;
            case soma.op.Expand _ -> true;
            default -> false;
        };
    }
}
