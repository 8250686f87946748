package soma.op;

import java.util.List;
import soma.DType;
import soma.DTypeException;
import soma.Shape;
import soma.ShapeException;
import soma.Tensor;

/** The shapes and dtypes that linear algebra needs. */
public final class LinalgChecks {

    private LinalgChecks() {}

    /** Refuses what is not floating or has no matrices. */
    public static Tensor matrix(String asker, Tensor a) {
        if (!a.dtype().isFloating()) {
            throw new DTypeException(asker + ": the tensor is " + a.dtype()
                    + ", expected a floating dtype; convert it with to(DType.FLOAT32)");
        }
        if (a.rank() < 2) {
            throw new ShapeException(asker + ": shape " + a.shape() + " is no matrix; expected (..., m, n)");
        }
        return a;
    }

    /** Refuses what is not square too. */
    public static Tensor square(String asker, Tensor a) {
        if (matrix(asker, a).size(-1) != a.size(-2)) {
            throw new ShapeException(asker + ": matrices of " + a.shape() + " are " + a.size(-2) + " x " + a.size(-1)
                    + ", expected square ones");
        }
        return a;
    }

    /** The two sides of a linear system, with equal dtypes and leading axes. */
    public static List<Tensor> system(String asker, Tensor a, Tensor b) {
        matrix(asker, b);
        if (b.size(-2) != a.size(-1)) {
            throw new ShapeException(asker + ": " + a.shape() + " x = " + b.shape() + ": the matrix has " + a.size(-1)
                    + " rows, the right-hand side " + b.size(-2));
        }
        var dtype = DType.promote(a.dtype(), b.dtype());
        var lead = Shape.broadcast(Matrices.lead(a), Matrices.lead(b), asker);
        return List.of(joined(a.to(dtype), lead), joined(b.to(dtype), lead));
    }

    private static Tensor joined(Tensor t, Shape lead) {
        return t.expand(lead.insert(lead.rank(), t.size(-2)).insert(lead.rank() + 1, t.size(-1)));
    }
}
