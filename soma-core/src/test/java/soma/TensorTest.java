package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {

    // ---- making

    @Test
    void fromArrays() {
        assertThat(Tensor.of(new float[] {1, 2, 3}).shape()).isEqualTo(Shape.of(3));
        assertThat(Tensor.of(new double[] {1, 2, 3, 4}, 2, 2).dtype()).isEqualTo(DType.FLOAT64);
        assertThat(Tensor.of(new int[] {1}, 1, 1).dtype()).isEqualTo(DType.INT32);
        assertThat(Tensor.of(new long[] {1L << 40}).toLongArray()).containsExactly(1L << 40);
        assertThat(Tensor.of(new boolean[] {true, false}).toBooleanArray()).containsExactly(true, false);
        assertThat(Tensor.ofBytes(new byte[] {-1, 1}).toIntArray()).containsExactly(255, 1);
        assertThat(Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Tensor.of(new float[][] {}).shape()).isEqualTo(Shape.of(0, 0));
        assertThat(Tensor.of(new float[] {}).numel()).isZero();
    }

    @Test
    void aTensorDoesNotSeeLaterChangesOfItsArray() {
        float[] a = {1, 2};
        var x = Tensor.of(a);
        a[0] = 9;
        assertThat(x.toFloatArray()).containsExactly(1, 2);
        x.toFloatArray()[0] = 9;
        assertThat(x.toFloatArray()).containsExactly(1, 2);
    }

    @Test
    void wrapKeepsShapeAlsoWithoutAxes() {
        assertThat(Tensor.wrap(new float[] {7}, DType.FLOAT32, Shape.SCALAR).shape())
                .isEqualTo(Shape.SCALAR);
        assertThat(Tensor.wrap(new float[] {7}, DType.FLOAT32, Shape.of(1, 1)).item())
                .isEqualTo(7);
        assertThatThrownBy(() -> Tensor.wrap(new float[2], DType.FLOAT32, Shape.SCALAR))
                .isInstanceOf(ShapeException.class);
    }

    @Test
    void constantsAndRanges() {
        assertThat(Tensor.zeros(2, 2).toFloatArray()).containsOnly(0).hasSize(4);
        assertThat(Tensor.ones(DType.BOOL, Shape.of(2)).toBooleanArray()).containsExactly(true, true);
        assertThat(Tensor.full(2.5, 3).toFloatArray()).containsExactly(2.5f, 2.5f, 2.5f);
        assertThat(Tensor.scalar(3L).dtype()).isEqualTo(DType.INT64);
        assertThat(Tensor.arange(4).toLongArray()).containsExactly(0, 1, 2, 3);
        assertThat(Tensor.arange(1, 2, 0.25).toFloatArray()).containsExactly(1, 1.25f, 1.5f, 1.75f);
        assertThat(Tensor.arange(3, 0, -1).toFloatArray()).containsExactly(3, 2, 1);
        assertThat(Tensor.linspace(0, 1, 5).toFloatArray()).containsExactly(0, 0.25f, 0.5f, 0.75f, 1);
        assertThat(Tensor.linspace(3, 9, 1).toFloatArray()).containsExactly(3);
        assertThat(Tensor.eye(2).toFloatArray()).containsExactly(1, 0, 0, 1);
        assertThat(Tensor.ones(2, 3).zerosLike().shape()).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void makingSaysWhatIsWrong() {
        assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .isInstanceOf(ShapeException.class)
                .hasMessage("Tensor.of: 5 numbers do not fill shape (2, 3), which has 6 elements");
        assertThatThrownBy(() -> Tensor.of(new float[][] {{1, 2}, {3}}))
                .hasMessage("Tensor.of: row 1 has 1 numbers, row 0 has 2; all rows must be equally long");
        assertThatThrownBy(() -> Tensor.arange(0, 1, -1))
                .hasMessage("arange: from 0.0 by steps of -1.0 never reaches 1.0");
        assertThatThrownBy(() -> Tensor.linspace(0, 1, 0))
                .hasMessage("linspace: asked for 0 numbers, expected at least 1");
        assertThatThrownBy(() -> Tensor.zeros(-1)).hasMessage("shape (-1): an axis has negative size -1");
    }

    // ---- converting

    /** Small whole numbers go from every dtype to every other one unchanged, through a plan and on looking. */
    @ParameterizedTest
    @EnumSource
    void everyDtypeConvertsToEveryOther(DType from) {
        double[] want = from == DType.BOOL ? new double[] {0, 1, 1} : new double[] {0, 1, 100};
        var x = Tensor.of(want).to(from);
        assertThat(x.toDoubleArray()).isEqualTo(want);
        assertThat(x.toFloatArray()).containsExactly((float) want[0], (float) want[1], (float) want[2]);
        assertThat(x.toIntArray()).containsExactly((int) want[0], (int) want[1], (int) want[2]);
        assertThat(x.toLongArray()).containsExactly((long) want[0], (long) want[1], (long) want[2]);
        assertThat(x.toBooleanArray()).containsExactly(false, true, true);
        assertThat(x.select(0, 2).item()).isEqualTo(want[2]);
        for (var to : DType.values()) {
            var y = x.to(to);
            assertThat(y.dtype()).isEqualTo(to);
            var expected = to == DType.BOOL ? new double[] {0, 1, 1} : want;
            assertThat(y.toDoubleArray()).as("%s to %s", from, to).isEqualTo(expected);
            assertThat(y.to(from).toDoubleArray())
                    .as("%s to %s and back", from, to)
                    .isEqualTo(expected);
        }
    }

    @Test
    void conversionsCutRoundAndWrapAsPyTorchs() {
        var x = Tensor.of(new double[] {1.9, -1.9, 0.1, 300});
        assertThat(x.to(DType.INT32).toIntArray()).containsExactly(1, -1, 0, 300);
        assertThat(x.to(DType.INT8).toIntArray()).containsExactly(1, -1, 0, 44);
        assertThat(x.to(DType.UINT8).toIntArray()).containsExactly(1, 255, 0, 44);
        assertThat(x.to(DType.BOOL).toBooleanArray()).containsExactly(true, true, true, true);
        assertThat(Tensor.of(new double[] {1 + 1e-12}).to(DType.FLOAT32).item()).isEqualTo(1);
        assertThat(Tensor.of(new long[] {(1L << 53) + 1}).toLongArray()).containsExactly((1L << 53) + 1);
        assertThat(Tensor.of(new long[] {(1L << 62) + 1}).add(0).toLongArray()).containsExactly((1L << 62) + 1);
    }

    @Test
    void halvesRoundToNearestEven() {
        var x = Tensor.of(new float[] {1 + 0x1p-11f, 1 + 3 * 0x1p-11f, 70000, 0x1p-24f, 0x1p-26f});
        assertThat(x.to(DType.FLOAT16).toFloatArray())
                .containsExactly(1, 1 + 0x1p-9f, Float.POSITIVE_INFINITY, 0x1p-24f, 0);
        var y = Tensor.of(new float[] {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 3.4e38f, Float.NaN});
        assertThat(y.to(DType.BFLOAT16).toFloatArray()[0]).isEqualTo(1);
        assertThat(y.to(DType.BFLOAT16).toFloatArray()[1]).isEqualTo(1 + 0x1p-6f);
        assertThat(y.to(DType.BFLOAT16).toFloatArray()[2]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(y.to(DType.BFLOAT16).toFloatArray()[3]).isNaN();
        assertThat(Tensor.full(DType.BFLOAT16, Shape.of(1), 1 + 3 * 0x1p-8).item())
                .as("a constant rounds as a tensor does")
                .isEqualTo(1 + 0x1p-6);
        assertThat(Tensor.ones(3).to(DType.BFLOAT16).mul(1 + 3 * 0x1p-8).toFloatArray())
                .containsOnly(1 + 0x1p-6f);
    }

    @Test
    void halvesAreSummedInFloat32() {
        assertThat(Tensor.ones(5000).to(DType.FLOAT16).sum().item()).isEqualTo(5000);
        assertThat(Tensor.ones(1000).to(DType.BFLOAT16).sum().item()).isEqualTo(1000);
        var m = Tensor.ones(2, 3000).to(DType.FLOAT16);
        assertThat(m.matmul(m.t()).toFloatArray()).containsOnly(3000);
    }

    // ---- looking

    @Test
    void lookingKeepsTheNumbers() {
        var x = Tensor.of(new float[] {1, 2}).mul(2);
        assertThat(x.isEvaluated()).isFalse();
        assertThat(x.sum().item()).isEqualTo(6);
        assertThat(x.isEvaluated()).isFalse();
        x.toDoubleArray();
        assertThat(x.isEvaluated())
                .as("also where the numbers were asked for in another dtype")
                .isTrue();
        var y = Tensor.of(new float[] {3}).mul(2);
        assertThat(y.item()).isEqualTo(6);
        assertThat(y.isEvaluated()).isTrue();
    }

    @Test
    void itemWantsOneElement() {
        assertThat(Tensor.full(3, 1, 1, 1).item()).isEqualTo(3);
        assertThatThrownBy(() -> Tensor.zeros(2, 3).item())
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "item: shape (2, 3) has 6 elements, expected 1; use toFloatArray() or reduce it first, as in"
                                + " mean()");
        assertThatThrownBy(() -> Tensor.zeros(0).item()).hasMessageContaining("has 0 elements");
    }

    @Test
    void evaluatedTensorsLetGoOfTheirInputs() throws InterruptedException {
        var x = new Tensor[] {Tensor.of(new float[1000])};
        var input = new java.lang.ref.WeakReference<>(x[0]);
        var y = x[0].add(1);
        Soma.eval(y);
        x[0] = y;
        for (int i = 0; i < 50 && input.get() != null; i++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(input.get()).isNull();
        assertThat(y.sum().item()).isEqualTo(1000);
    }

    // ---- choosing elements

    private static final Tensor X = Tensor.arange(24).reshape(2, 3, 4);

    @Test
    void selectSliceAndAt() {
        assertThat(X.at(1, 2, 3).item()).isEqualTo(23);
        assertThat(X.at(-1).shape()).isEqualTo(Shape.of(3, 4));
        assertThat(X.select(1, -1).toLongArray()).containsExactly(8, 9, 10, 11, 20, 21, 22, 23);
        assertThat(X.slice(2, 1, 3).at(0, 0).toLongArray()).containsExactly(1, 2);
        assertThat(X.slice(2, -2, 100).at(0, 0).toLongArray()).containsExactly(2, 3);
        assertThat(X.slice(2, 3, -100, -2).at(0, 0).toLongArray()).containsExactly(3, 1);
        assertThat(X.slice(2, 3, Integer.MIN_VALUE, -1).at(0, 0).toLongArray()).containsExactly(3, 2, 1, 0);
        assertThat(X.slice(0, 1, 1).shape()).isEqualTo(Shape.of(0, 3, 4));
        assertThat(X.narrow(1, 1, 2).shape()).isEqualTo(Shape.of(2, 2, 4));
        assertThat(X.flip(0, 2).at(0, 0).toLongArray()).containsExactly(15, 14, 13, 12);
    }

    @Test
    void indexingSaysWhatIsWrong() {
        assertThatThrownBy(() -> X.select(0, 2))
                .isInstanceOf(ShapeException.class)
                .hasMessage("select: index 2 is outside -2..1 of axis 0 of shape (2, 3, 4)");
        assertThatThrownBy(() -> X.select(3, 0)).hasMessage("select: axis 3 is outside -3..2 for shape (2, 3, 4)");
        assertThatThrownBy(() -> X.at(0, 0, 0, 0)).hasMessage("select: axis 0 of a scalar, which has no axes");
        assertThatThrownBy(() -> X.slice(0, 0, 2, 0)).hasMessage("slice: step is 0; use a positive or negative step");
        assertThatThrownBy(() -> X.narrow(1, 2, 2))
                .hasMessage("narrow: elements 2 to 3 are outside 0..2 of axis 1 of shape (2, 3, 4)");
        assertThatThrownBy(() -> X.narrow(1, 2, Integer.MAX_VALUE)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> X.take(0, Tensor.zeros(2)))
                .isInstanceOf(DTypeException.class)
                .hasMessage("take: the index is float32, expected integers; convert it with to(DType.INT64)");
        assertThatThrownBy(() -> X.take(0, Tensor.of(new long[] {2})).toLongArray())
                .hasMessage("take: index 2 at position 0 is outside -2..1 of axis 0 of shape (2, 3, 4)");
        assertThatThrownBy(() -> X.gather(0, Tensor.of(new long[] {0})))
                .hasMessageStartingWith("gather: index (1) does not fit (2, 3, 4)");
    }

    @Test
    void reshapingSaysWhatIsWrong() {
        assertThatThrownBy(() -> X.reshape(5, -1))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "reshape: (2, 3, 4) has 24 elements, which [5, -1] cannot hold: the sizes besides -1 make 5");
        assertThatThrownBy(() -> X.reshape(5, 5))
                .hasMessage(
                        "reshape: (2, 3, 4) has 24 elements, (5, 5) has 25; at most one size may be -1, which stands"
                                + " for the rest");
        assertThatThrownBy(() -> X.permute(0, 1))
                .hasMessage("permute: axes [0, 1] must name each axis of shape (2, 3, 4) once");
        assertThatThrownBy(() -> X.expand(5, 3, 4))
                .hasMessage("expand: shape (2, 3, 4) does not broadcast to (5, 3, 4); each axis, counted from the last,"
                        + " must be equal or 1");
        assertThatThrownBy(() -> X.split(0, 0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> X.chunk(0, 0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Tensor.cat(0)).hasMessage("cat: no tensors given, expected at least one");
        assertThatThrownBy(() -> Tensor.cat(0, X, X.at(0)))
                .hasMessage("cat: shapes (2, 3, 4) and (3, 4) differ besides axis 0");
        assertThatThrownBy(() -> Tensor.stack(0)).isInstanceOf(ShapeException.class);
    }

    @Test
    void splittingAndJoining() {
        var parts = X.split(2, 3);
        assertThat(parts).extracting(Tensor::shape).containsExactly(Shape.of(2, 3, 3), Shape.of(2, 3, 1));
        assertThat(Tensor.cat(2, parts.toArray(Tensor[]::new)).toLongArray()).isEqualTo(X.toLongArray());
        assertThat(X.chunk(2, 1)).extracting(t -> t.size(1)).containsExactly(2, 1);
        assertThat(X.splitSizes(1, 1, 0, 2)).extracting(t -> t.size(1)).containsExactly(1, 0, 2);
        var stacked = Tensor.stack(-1, X, X.neg());
        assertThat(stacked.shape()).isEqualTo(Shape.of(2, 3, 4, 2));
        assertThat(stacked.at(0, 0, 3).toLongArray()).containsExactly(3, -3);
        assertThat(Tensor.cat(0, Tensor.of(new float[] {1}), Tensor.of(new long[] {2}), Tensor.of(new boolean[] {true}))
                        .toFloatArray())
                .containsExactly(1, 2, 1);
    }

    @Test
    void joiningManyPartsIsRemembered() {
        var x = Tensor.of(new float[] {1});
        var y = Tensor.of(new float[] {2});
        for (int n = 1; n < 40; n++) {
            var parts = new Tensor[n];
            Arrays.fill(parts, x);
            var sum = Tensor.cat(0, parts).sum().add(y);
            assertThat(sum.item()).isEqualTo(n + 2);
        }
    }

    @Test
    void whereWantsABool() {
        assertThatThrownBy(() -> Tensor.where(X, X, X))
                .isInstanceOf(DTypeException.class)
                .hasMessage("where: the condition is int64, expected bool; compare it first, as in x.ne(0)");
        assertThat(Tensor.where(X.gt(20), X, 0).sum().item()).isEqualTo(21 + 22 + 23);
    }

    @Test
    void listsOfTensorsAreEvaluatedInOnePlan() {
        var pair = Tensor.evaluated(X.add(1), X.sum());
        assertThat(pair).allMatch(Tensor::isEvaluated);
        Soma.eval(List.of());
    }
}
