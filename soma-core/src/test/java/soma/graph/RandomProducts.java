package soma.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import soma.DType;
import soma.Shape;

/** Matrix products: of vectors, matrices and batches that broadcast, either operand transposed. */
record RandomProducts(RandomDraft draft) {

    void product(int i) {
        var x = draft.node(i);
        if (x.shape().rank() == 0) {
            return;
        }
        int k = x.shape().dim(-1);
        if (draft.random.nextInt(5) == 0 && x.shape().rank() >= 2 && x.dtype() != DType.BOOL) {
            multiply(i, i, x.shape().rank() - 1, true);
            return;
        }
        var dtype = draft.dtype();
        if (x.dtype() == DType.BOOL && dtype == DType.BOOL) {
            dtype = DType.FLOAT32;
        }
        int n = draft.random.nextInt(12) == 0 ? 40 + draft.random.nextInt(200) : 1 + draft.random.nextInt(9);
        var other = switch (draft.random.nextInt(5)) {
            case 0 -> Shape.of(k);
            case 1 -> Shape.of(1, k, n);
            default -> Shape.of(k, n);
        };
        boolean transposed = draft.random.nextBoolean() && other.rank() >= 2;
        if (other.rank() > 2) {
            var batch = draft.part(lead(x.shape()));
            other = transposed
                    ? batch.insert(batch.rank(), n).insert(batch.rank() + 1, k)
                    : batch.insert(batch.rank(), k).insert(batch.rank() + 1, n);
        } else if (transposed) {
            other = Shape.of(n, k);
        }
        if ((double) x.shape().size() * n > 4e6) {
            return;
        }
        multiply(i, draft.leaf(other, dtype), other.rank() - 1, transposed);
    }

    private static Shape lead(Shape s) {
        return Shape.of(Arrays.copyOf(s.toArray(), Math.max(0, s.rank() - 2)));
    }

    /** x times y, y transposed first if asked; the left operand is transposed twice now and then, which must change nothing. */
    private void multiply(int i, int j, int lastAxis, boolean transposed) {
        var x = draft.node(i);
        var y = draft.node(j);
        var sizesOfY = y.shape().toArray();
        if (transposed) {
            sizesOfY[lastAxis] = y.shape().dim(-2);
            sizesOfY[lastAxis - 1] = y.shape().dim(-1);
        }
        var shape = Shape.of(sizesOfY);
        var dtype = Plain.promote(x.dtype(), y.dtype());
        int k = x.shape().dim(-1);
        Shape out;
        if (shape.rank() == 1) {
            out = x.shape().without(-1);
        } else if (x.shape().rank() == 1) {
            out = shape.without(-2);
        } else {
            if (!draft.broadcasts(lead(x.shape()), lead(shape))) {
                return;
            }
            var lead = Shape.broadcast(lead(x.shape()), lead(shape), "lead");
            if ((double) lead.size() * x.shape().dim(-2) * shape.dim(-1) > draft.sizes.most) {
                return;
            }
            out = lead.insert(lead.rank(), x.shape().dim(-2)).insert(lead.rank() + 1, shape.dim(-1));
        }
        double bound = k * x.bound() * y.bound();
        if (!x.fits(dtype) || !y.fits(dtype) || bound > 0x1p22 || (double) out.size() * k > 4e6) {
            return;
        }
        boolean whole = x.whole() && y.whole();
        double error = k * (x.bound() * y.error() + y.bound() * x.error())
                + bound * (Math.sqrt(k) * 0x1p-23 + (dtype.isFloating() ? 2 * RandomNode.unit(dtype) : 0));
        boolean twice = draft.random.nextInt(4) == 0 && x.shape().rank() >= 2;
        int[] swap = IntStream.range(0, y.shape().rank()).toArray();
        if (transposed) {
            swap[lastAxis] = lastAxis - 1;
            swap[lastAxis - 1] = lastAxis;
        }
        draft.result(
                "matmul" + (transposed ? " T" : ""),
                dtype,
                out,
                bound,
                error,
                whole,
                List.of(i, j),
                t -> (twice ? t.get(0).t().t() : t.get(0))
                        .matmul(transposed ? t.get(1).t() : t.get(1)),
                p -> p.get(0).to(dtype).matmul((transposed ? p.get(1).permute(swap) : p.get(1)).to(dtype), dtype));
    }
}
