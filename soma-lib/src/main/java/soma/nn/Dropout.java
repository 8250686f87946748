package soma.nn;

import soma.Soma;
import soma.Tensor;

/**
 * In training sets each element to 0 with probability p and divides the others by 1 - p; otherwise does nothing.
 * Srivastava et al. 2014.
 * <p>Any shape. The draws take their key from the training scope ({@link Soma#training}).
 * {@snippet :
 * Sequential.of(new Linear(256, 128), Tensor::relu, new Dropout(0.5), new Linear(128, 10));
 * }
 */
public record Dropout(double p) implements Layer {

    public Dropout {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("Dropout: probability " + p + ", expected a number from 0 to 1");
        }
    }

    @Override
    public Tensor forward(Tensor x) {
        if (p == 0 || !Soma.isTraining()) {
            return x;
        }
        if (p == 1) {
            return x.mul(0);
        }
        return x.mul(Soma.rng().bernoulli(1 - p, x.dtype(), x.shape())).mul(1 / (1 - p));
    }
}
