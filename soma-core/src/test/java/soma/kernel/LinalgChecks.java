package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static soma.kernel.LinalgMatrix.AT;
import static soma.kernel.LinalgMatrix.identity;
import static soma.kernel.LinalgMatrix.multiply;
import static soma.kernel.LinalgMatrix.transpose;

import java.util.Arrays;

/** What the tests of linear algebra assert. */
final class LinalgChecks {

    static final double TOLERANCE = 1e-12;

    private LinalgChecks() {}

    static void assertOrthonormalColumns(double[] q, int rows, int columns) {
        assertClose(
                multiply(transpose(q, rows, columns), q, columns, rows, columns),
                identity(columns).values(),
                1);
    }

    static void assertClose(double[] got, double[] want, double scale) {
        assertThat(got).hasSameSizeAs(want);
        for (int i = 0; i < want.length; i++) {
            assertThat(got[i] / scale).as("element %d", i).isCloseTo(want[i] / scale, within(TOLERANCE));
        }
    }

    /** That what lies around a shifted matrix is as it was. */
    static void assertUntouched(double[] shifted) {
        for (int i : new int[] {0, 1, 2, shifted.length - 1, shifted.length - 2}) {
            assertThat(shifted[i]).isNaN();
        }
    }

    /** A shifted matrix without what lies around it. */
    static double[] part(double[] shifted, int size) {
        return Arrays.copyOfRange(shifted, AT, AT + size);
    }
}
