package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static soma.DType.BFLOAT16;
import static soma.DType.BOOL;
import static soma.DType.FLOAT16;
import static soma.DType.FLOAT32;
import static soma.DType.FLOAT64;
import static soma.DType.INT32;
import static soma.DType.INT64;
import static soma.DType.INT8;
import static soma.DType.UINT8;

import org.junit.jupiter.api.Test;

/** The promotion table is torch.promote_types, but for int8 with uint8: PyTorch's int16 does not exist here. */
class DTypeTest {
    private static final DType[] ORDER = {UINT8, INT8, INT32, INT64, FLOAT16, FLOAT32, FLOAT64, BOOL, BFLOAT16};

    private static final DType[][] TABLE = {
        {UINT8, INT32, INT32, INT64, FLOAT16, FLOAT32, FLOAT64, UINT8, BFLOAT16},
        {INT32, INT8, INT32, INT64, FLOAT16, FLOAT32, FLOAT64, INT8, BFLOAT16},
        {INT32, INT32, INT32, INT64, FLOAT16, FLOAT32, FLOAT64, INT32, BFLOAT16},
        {INT64, INT64, INT64, INT64, FLOAT16, FLOAT32, FLOAT64, INT64, BFLOAT16},
        {FLOAT16, FLOAT16, FLOAT16, FLOAT16, FLOAT16, FLOAT32, FLOAT64, FLOAT16, FLOAT32},
        {FLOAT32, FLOAT32, FLOAT32, FLOAT32, FLOAT32, FLOAT32, FLOAT64, FLOAT32, FLOAT32},
        {FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64, FLOAT64},
        {UINT8, INT8, INT32, INT64, FLOAT16, FLOAT32, FLOAT64, BOOL, BFLOAT16},
        {BFLOAT16, BFLOAT16, BFLOAT16, BFLOAT16, FLOAT32, FLOAT32, FLOAT64, BFLOAT16, BFLOAT16}
    };

    @Test
    void promotesAsPyTorchDoes() {
        for (int i = 0; i < ORDER.length; i++) {
            for (int j = 0; j < ORDER.length; j++) {
                assertThat(DType.promote(ORDER[i], ORDER[j]))
                        .as("%s with %s", ORDER[i], ORDER[j])
                        .isEqualTo(TABLE[i][j]);
            }
        }
    }

    @Test
    void theTableHoldsForTensorsOfEqualStanding() {
        for (int i = 0; i < ORDER.length; i++) {
            for (int j = 0; j < ORDER.length; j++) {
                for (var shape : new Shape[] {Shape.of(2), Shape.SCALAR}) {
                    var y = Tensor.ones(ORDER[i], shape).mul(Tensor.ones(ORDER[j], shape));
                    assertThat(y.dtype()).as("%s * %s", ORDER[i], ORDER[j]).isEqualTo(TABLE[i][j]);
                    assertThat(y.toDoubleArray()).containsOnly(1);
                }
            }
        }
    }

    private static DType withNumber(DType axes, DType none) {
        var a = Tensor.ones(axes, Shape.of(2));
        var b = Tensor.ones(none, Shape.SCALAR);
        assertThat(a.add(b).dtype()).isEqualTo(b.add(a).dtype());
        return a.add(b).dtype();
    }

    @Test
    void aTensorWithoutAxesOnlyDecidesIfItsKindIsHigher() {
        assertThat(withNumber(FLOAT32, FLOAT64)).isEqualTo(FLOAT32);
        assertThat(withNumber(FLOAT16, FLOAT32)).isEqualTo(FLOAT16);
        assertThat(withNumber(BFLOAT16, FLOAT16)).isEqualTo(BFLOAT16);
        assertThat(withNumber(INT8, INT64)).isEqualTo(INT8);
        assertThat(withNumber(UINT8, INT8)).isEqualTo(UINT8);
        assertThat(withNumber(FLOAT16, INT64)).isEqualTo(FLOAT16);
        assertThat(withNumber(INT64, FLOAT32)).isEqualTo(FLOAT32);
        assertThat(withNumber(INT64, FLOAT64)).isEqualTo(FLOAT64);
        assertThat(withNumber(INT64, FLOAT16)).isEqualTo(FLOAT16);
        assertThat(withNumber(BOOL, INT8)).isEqualTo(INT8);
        assertThat(withNumber(BOOL, FLOAT64)).isEqualTo(FLOAT64);
    }

    @Test
    void aNumberWrittenInTheProgramDecidesEvenLess() {
        for (var d : ORDER) {
            var x = Tensor.ones(d, Shape.of(2));
            assertThat(x.mul(2).dtype()).as("%s * 2", d).isEqualTo(d == BOOL ? INT64 : d);
            assertThat(x.mul(0.5).dtype()).as("%s * 0.5", d).isEqualTo(d.isFloating() ? d : FLOAT32);
        }
        assertThat(Tensor.ones(INT64, Shape.of(2)).div(2).dtype()).isEqualTo(FLOAT32);
        assertThat(Tensor.ones(BOOL, Shape.of(2))
                        .div(Tensor.ones(INT8, Shape.of(2)))
                        .dtype())
                .isEqualTo(FLOAT32);
        assertThat(Tensor.ones(INT64, Shape.of(2)).eq(1).dtype()).isEqualTo(BOOL);
    }

    @Test
    void sumsOfIntegersAndBoolsAreInt64() {
        for (var d : ORDER) {
            assertThat(Tensor.ones(d, Shape.of(300)).sum().dtype()).isEqualTo(d.isFloating() ? d : INT64);
        }
        assertThat(Tensor.ones(INT8, Shape.of(300)).sum().item()).isEqualTo(300);
        assertThat(Tensor.ones(BOOL, Shape.of(300)).sum().item()).isEqualTo(300);
        assertThat(Tensor.ones(UINT8, Shape.of(3)).amax().dtype()).isEqualTo(UINT8);
    }

    @Test
    void namesAndSizesArePyTorchs() {
        assertThat(FLOAT32).hasToString("float32");
        assertThat(BFLOAT16).hasToString("bfloat16");
        assertThat(UINT8).hasToString("uint8");
        assertThat(FLOAT16.bytes()).isEqualTo(2);
        assertThat(FLOAT64.bytes()).isEqualTo(8);
        assertThat(BOOL.isInteger()).isFalse();
        assertThat(BOOL.isFloating()).isFalse();
        assertThat(INT8.isInteger()).isTrue();
        assertThat(FLOAT16.isHalf()).isTrue();
    }
}
