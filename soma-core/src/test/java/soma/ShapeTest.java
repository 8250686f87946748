package soma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {

    @Test
    void knowsItsSizes() {
        var s = Shape.of(2, 3, 4);
        assertThat(s.rank()).isEqualTo(3);
        assertThat(s.size()).isEqualTo(24);
        assertThat(s.dim(0)).isEqualTo(2);
        assertThat(s.dim(-1)).isEqualTo(4);
        assertThat(s.strides()).containsExactly(12, 4, 1);
        assertThat(s.product(1, 3)).isEqualTo(12);
        assertThat(s).hasToString("(2, 3, 4)").isEqualTo(Shape.of(2, 3, 4)).hasSameHashCodeAs(Shape.of(2, 3, 4));
        assertThat(s).isNotEqualTo(Shape.of(2, 3, 4, 1));
        assertThat(Shape.SCALAR.size()).isEqualTo(1);
        assertThat(Shape.SCALAR).hasToString("()").isEqualTo(Shape.of());
        assertThat(Shape.of(3, 0).size()).isZero();
    }

    @Test
    void isImmutable() {
        int[] sizes = {2, 3};
        var s = Shape.of(sizes);
        sizes[0] = 9;
        s.toArray()[0] = 9;
        assertThat(s).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void changesOneAxis() {
        var s = Shape.of(2, 3, 4);
        assertThat(s.with(-1, 7)).isEqualTo(Shape.of(2, 3, 7));
        assertThat(s.without(1)).isEqualTo(Shape.of(2, 4));
        assertThat(s.insert(0, 5)).isEqualTo(Shape.of(5, 2, 3, 4));
        assertThat(s.insert(3, 5)).isEqualTo(Shape.of(2, 3, 4, 5));
    }

    @Test
    void broadcasts() {
        assertThat(Shape.broadcast(Shape.of(3, 1), Shape.of(1, 4), "add")).isEqualTo(Shape.of(3, 4));
        assertThat(Shape.broadcast(Shape.SCALAR, Shape.of(0, 4), "add")).isEqualTo(Shape.of(0, 4));
        assertThat(Shape.broadcast(Shape.of(1), Shape.of(0), "add")).isEqualTo(Shape.of(0));
        assertThat(Shape.broadcast(Shape.of(5, 1, 3), Shape.of(2, 1), "add")).isEqualTo(Shape.of(5, 2, 3));
        assertThat(Shape.of(1, 3).broadcastsTo(Shape.of(4, 3))).isTrue();
        assertThat(Shape.of(4, 3).broadcastsTo(Shape.of(1, 3))).isFalse();
        assertThat(Shape.of(1, 1).broadcastsTo(Shape.of(1))).isFalse();
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> Shape.broadcast(Shape.of(2, 3), Shape.of(2, 4), "add"))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "add: shapes (2, 3) and (2, 4) do not broadcast: sizes 3 and 4 at axis -1 differ and neither"
                                + " is 1");
        assertThatThrownBy(() -> Shape.of(2, 3).dim(2)).hasMessage("dim: axis 2 is outside -2..1 for shape (2, 3)");
        assertThatThrownBy(() -> Shape.SCALAR.axis(0, "sum")).hasMessage("sum: axis 0 of a scalar, which has no axes");
        assertThatThrownBy(() -> Shape.of(2, -3)).hasMessage("shape (2, -3): an axis has negative size -3");
        assertThatThrownBy(() -> Shape.of(100_000, 100_000))
                .hasMessage(
                        "shape (100000, 100000) holds more than 2^31 - 9 elements, the most that one tensor can have;"
                                + " split it along an axis");
        assertThatThrownBy(() -> Shape.of(65536, 65536, 65536, 65536)).isInstanceOf(ShapeException.class);
    }

    @Test
    void anEmptyAxisMakesAnyShapeEmpty() {
        assertThat(Shape.of(100_000, 100_000, 0).size()).isZero();
        assertThat(Shape.of(0, 100_000, 100_000).size()).isZero();
    }
}
