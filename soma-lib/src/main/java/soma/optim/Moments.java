package soma.optim;

import java.util.Optional;
import soma.Tensor;

/** Running means of the gradient and of its square, and where asked for the largest of the latter so far. */
public record Moments(Tensor mean, Tensor square, Optional<Tensor> largest) {

    /** Zeros of w's shape. */
    static Moments zeros(Tensor w) {
        return new Moments(w.zerosLike(), w.zerosLike(), Optional.empty());
    }

    /** Both means moved towards a gradient. */
    Moments toward(Tensor g, double beta1, double beta2) {
        return new Moments(
                mean.mul(beta1).add(g.mul(1 - beta1)),
                square.mul(beta2).add(g.square().mul(1 - beta2)),
                largest);
    }
}
