package soma.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Against values computed with 30 digits by mpmath. */
class SpecialTest {

    private static void check(DoubleUnaryOperator f, double... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            double y = f.applyAsDouble(pairs[i]);
            assertThat(Math.abs(y / pairs[i + 1] - 1))
                    .as("f(%s) = %s", pairs[i], y)
                    .isLessThan(1e-14);
        }
    }

    @Test
    void erf() {
        check(Special::erf, 1e-10, 1.1283791670955126e-10, 0.3, 0.3286267594591274, 0.7, 0.6778011938374184);
        check(Special::erf, 1.5, 0.9661051464753108, 3.2, 0.9999939742388483, -2.1, -0.997020533343667);
        assertThat(Special.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(Special.erf(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
        assertThat(Special.erf(Double.NaN)).isNaN();
    }

    @Test
    void erfc() {
        check(Special::erfc, -1.3, 1.9340079449406524, 0.2, 0.7772974107895215, 0.9, 0.20309178757716786);
        check(Special::erfc, 4.0, 1.541725790028002e-08, 12.5, 6.231942781979911e-70, 26.0, 5.663192408856143e-296);
        assertThat(Special.erfc(Double.POSITIVE_INFINITY)).isEqualTo(0);
    }

    @Test
    void erfinv() {
        check(Special::erfinv, 1e-08, 8.86226925452758e-09, 0.25, 0.2253120550121781, -0.75, -0.8134198475976185);
        check(Special::erfinv, 0.999, 2.3267537655135246, 0.999999999999, 5.042031898572696);
        assertThat(Special.erfinv(0)).isEqualTo(0);
        assertThat(Special.erfinv(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Special.erfinv(1.1)).isNaN();
        for (double y = -5; y < 5; y += 0.01) {
            assertThat(Math.abs(Special.erf(Special.erfinv(Special.erf(y))) - Special.erf(y)))
                    .isLessThan(1e-15);
        }
    }

    @Test
    void lgamma() {
        check(Special::lgamma, 1e-09, 20.723265836369194, 0.3, 1.0957979948180756, 1.0001, -5.771334222047127e-05);
        check(Special::lgamma, 1.7, -0.09580769740706588, 2.0003, 0.0001268643207442828, 6.5, 5.662562059857142);
        check(Special::lgamma, 40.25, 107.55163153760464, -0.4, 1.31452458994339, -3.7, -1.3797399049658245);
        check(Special::lgamma, 1e8, 1742068066.1038346);
        assertThat(Special.lgamma(1)).isEqualTo(0);
        assertThat(Special.lgamma(2)).isEqualTo(0);
        assertThat(Special.lgamma(-3)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Special.lgamma(Double.NEGATIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void digamma() {
        check(Special::digamma, 1e-06, -1000000.5772140201, 0.5, -1.9635100260214235, 1.0, -0.5772156649015329);
        check(Special::digamma, 3.25, 1.016990911068179, 25.0, 3.198742512851974, -0.75, -2.894120200042932);
        check(Special::digamma, -4.2, 5.873465459267883);
        assertThat(Special.digamma(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Special.digamma(-2)).isNaN();
    }

    @Test
    void polygamma() {
        check(Special::trigamma, 0.001, 1000001.6425331958, 0.5, 4.934802200544679, 1.0, 1.6449340668482264);
        check(Special::trigamma, 7.7, 0.13866710857111123, -1.3, 14.53687624413708);
        check(x -> Special.polygamma(2, x), 0.5, -16.82879664423432, 4.5, -0.061556821321027695);
        check(x -> Special.polygamma(2, x), -1.5, -0.2362040516417274);
        check(x -> Special.polygamma(3, x), 1.0, 6.493939402266829);
        check(x -> Special.polygamma(5, x), 2.25, 1.0564876812920458);
        assertThat(Special.polygamma(0, 3.25)).isEqualTo(Special.digamma(3.25));
        assertThat(Special.trigamma(-1)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> Special.polygamma(1.5, 1)).hasMessageContaining("whole number");
    }
}
