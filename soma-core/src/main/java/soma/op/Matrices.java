package soma.op;

import soma.Shape;
import soma.SomaException;
import soma.Tensor;

/** Batches of small matrices for the linear algebra ops, whose kernels work in double precision whatever the dtype. */
final class Matrices {

    private Matrices() {}

    /** Input i as a fresh array of doubles from its start. */
    static double[] read(Call call, int i, int size) {
        var a = new double[size];
        if (call.in(i) instanceof double[] from) {
            System.arraycopy(from, call.at(i), a, 0, size);
        } else {
            var from32 = call.floats(i);
            for (int j = 0; j < size; j++) {
                a[j] = from32[call.at(i) + j];
            }
        }
        return a;
    }

    /** Fills output i. */
    static void write(Call call, int i, double[] a) {
        if (call.out(i) instanceof double[] to) {
            System.arraycopy(a, 0, to, 0, a.length);
        } else {
            var to32 = call.outFloats(i);
            for (int j = 0; j < a.length; j++) {
                to32[j] = (float) a[j];
            }
        }
    }

    /** Work on matrix i of a batch. */
    @FunctionalInterface
    interface Each {
        void matrix(int i);
    }

    /** Shares the matrices of t over the threads; what a kernel finds wrong with one is told as it says it. */
    static void each(Call call, Tensor t, Each work) {
        try {
            call.workers().run(count(t), (i, scratch) -> work.matrix(i));
        } catch (ArithmeticException e) {
            throw new SomaException(String.valueOf(e.getMessage()));
        }
    }

    /** How many matrices a tensor holds. */
    static int count(Tensor t) {
        return t.shape().product(0, t.rank() - 2);
    }

    /** The leading axes of a tensor of matrices followed by others. */
    static Shape lead(Tensor t, int... last) {
        var shape = t.shape().without(-1).without(-1);
        for (int n : last) {
            shape = shape.insert(shape.rank(), n);
        }
        return shape;
    }

    /** 1 on the diagonal (.., n, n) shifted by {@code offset} and on the side that {@code upper} names, 0 elsewhere. */
    static Tensor triangle(Tensor like, boolean upper, int offset) {
        var i = Tensor.arange(like.size(-2)).unsqueeze(1);
        var j = Tensor.arange(like.size(-1));
        var d = j.sub(i);
        return (upper ? d.ge(offset) : d.le(offset)).to(like.dtype());
    }

    /** The columns of v scaled by the numbers s (.., k), or a matrix with s on its diagonal times it from the right. */
    static Tensor scaleColumns(Tensor v, Tensor s) {
        return v.mul(s.unsqueeze(-2));
    }
}
