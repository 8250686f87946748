package soma.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import soma.DType;
import soma.Shape;

class MnistTest {

    @Test
    void isThePublishedSet() {
        var mnist = Mnist.load();
        assertThat(mnist.train().x().shape()).isEqualTo(Shape.of(60_000, 1, 28, 28));
        assertThat(mnist.test().x().shape()).isEqualTo(Shape.of(10_000, 1, 28, 28));
        assertThat(mnist.train().y().dtype()).isEqualTo(DType.INT64);
        assertThat(mnist.train().y().slice(0, 0, 10).toLongArray()).containsExactly(5, 0, 4, 1, 9, 2, 1, 3, 1, 4);
        assertThat(mnist.test().y().slice(0, 0, 5).toLongArray()).containsExactly(7, 2, 1, 0, 4);
        assertThat(mnist.train().x().mean().item()).isBetween(0.13065, 0.13067);
    }
}
