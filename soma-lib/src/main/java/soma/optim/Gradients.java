package soma.optim;

import java.util.List;
import soma.Tensor;

/** What is done to gradients before a step. */
public final class Gradients {
    private Gradients() {}

    /** The Euclidean norm of all gradients together. */
    public static Tensor norm(List<Tensor> gradients) {
        return gradients.stream()
                .map(g -> g.square().sum())
                .reduce(Tensor::add)
                .orElse(Tensor.scalar(0))
                .sqrt();
    }

    /**
     * All shrunk by one factor so that their norm is at most {@code most}. Pascanu, Mikolov, Bengio 2013, arXiv
     * 1211.5063.
     */
    public static List<Tensor> clipByNorm(List<Tensor> gradients, double most) {
        // The 1e-6 is PyTorch's.
        var factor = norm(gradients).add(1e-6).reciprocal().mul(most).minimum(1);
        return gradients.stream().map(g -> g.mul(factor)).toList();
    }

    /** Each element cut to [-most, most]. */
    public static List<Tensor> clipByValue(List<Tensor> gradients, double most) {
        return gradients.stream().map(g -> g.clamp(-most, most)).toList();
    }
}
