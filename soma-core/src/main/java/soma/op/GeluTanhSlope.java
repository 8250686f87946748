package soma.op;

import java.util.List;
import soma.Tensor;
import soma.kernel.Lane;

/** The derivative of {@link GeluTanh}. */
public record GeluTanhSlope(Tensor x) implements Unary {
    private static final double C = Math.sqrt(2 / Math.PI);
    private static final double A = 0.044715;

    @Override
    public Lane lane() {
        return Lane.GELU_TANH_SLOPE;
    }

    /** With u = C (x + A x^3), t = tanh u: the slope is (1 + t)/2 + x/2 (1 - t^2) u', and its derivative follows from t' = (1 - t^2) u'. */
    @Override
    public List<Tensor> vjp(Tensor y, Tensor dy) {
        var x2 = x.square();
        var t = x2.mul(A).add(1).mul(x).mul(C).tanh();
        var u1 = x2.mul(3 * A).add(1).mul(C);
        var u2 = x.mul(6 * A * C);
        var sech2 = t.square().neg().add(1);
        var bend = sech2.mul(u1.add(x.mul(u2.mul(0.5).sub(t.mul(u1.square())))));
        return List.of(dy.mul(bend));
    }
}
