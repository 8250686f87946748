package soma.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static soma.kernel.LinalgMatrix.random;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all of linear algebra refuses. */
class LinalgTest {

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void nonFiniteInputIsNamed(double bad) {
        var a = random(4, 4).values();
        a[9] = bad;
        var o = new double[16];
        var p = new double[16];
        var q = new double[16];
        Stream.<Runnable>of(
                        () -> LinalgLu.factor(a.clone(), 0, 4, new int[4], 0),
                        () -> LinalgCholesky.cholesky(a, 0, 4, o, 0),
                        () -> LinalgQr.qr(a, 0, 4, 4, o, 0, p, 0),
                        () -> LinalgEigen.symmetricEigen(a, 0, 4, o, 0, p, 0),
                        () -> LinalgSvd.svd(a, 0, 4, 4, o, 0, p, 0, q, 0),
                        () -> LinalgExp.matrixExp(a, 0, 4, o, 0),
                        () -> LinalgTriangular.triangularSolve(false, false, false, a, 0, 4, o, 0, 1))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(ArithmeticException.class)
                        .hasMessageContaining("element (2, 1) of the 4 x 4 matrix is " + bad));
    }
}
