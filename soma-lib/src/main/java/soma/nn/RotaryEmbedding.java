package soma.nn;

import soma.DType;
import soma.ShapeException;
import soma.Tensor;

/**
 * Turns pairs of features by angles that grow with the position, so that the product of a query and a key depends on
 * their distance only: pair i of position p turns by p base^(-2i/D). Su et al. 2021, arXiv 2104.09864, equation 34.
 * <p>x: (..., T, D), D even -> same shape; for queries and keys (N, H, T, D/H) before attention. There are two ways to
 * pair features, and weights trained with one do not fit the other.
 * {@snippet :
 * var rotary = new RotaryEmbedding();
 * Attention.scaledDotProductAttention(rotary.forward(q), rotary.forward(k), v, Mask.causal());
 * }
 */
public record RotaryEmbedding(Pairs pairs, double base) implements Layer {

    /** Which features form pair i. */
    public enum Pairs {
        /** 2i and 2i + 1, as in the paper. */
        NEIGHBOURS,
        /** i and i + D/2, as in GPT-NeoX and the published Llama weights of Hugging Face. */
        HALVES
    }

    /** The paper's: neighbours, base 10000. */
    public RotaryEmbedding() {
        this(Pairs.NEIGHBOURS, 10_000);
    }

    @Override
    public Tensor forward(Tensor x) {
        return forward(x, 0);
    }

    /** For a sequence whose first position is number {@code start}, as in decoding with a {@link KvCache}. */
    public Tensor forward(Tensor x, int start) {
        if (x.rank() < 2 || x.size(-1) % 2 != 0 || !x.dtype().isFloating()) {
            throw new ShapeException("RotaryEmbedding: input " + x.shape() + " " + x.dtype()
                    + ", expected floating (..., T, D) with an even number of features D");
        }
        int half = x.size(-1) / 2;
        var frequency = Tensor.arange(half)
                .to(DType.FLOAT64)
                .mul(-Math.log(base) / half)
                .exp();
        // Angles in double: float32 has lost their fraction at positions of some ten thousands.
        var angle = Tensor.arange(x.size(-2))
                .to(DType.FLOAT64)
                .add(start)
                .unsqueeze(1)
                .mul(frequency); // (T, D/2)
        var cos = angle.cos().to(x.dtype());
        var sin = angle.sin().to(x.dtype());
        return switch (pairs) {
            case NEIGHBOURS -> {
                var both = x.unflatten(-1, half, 2);
                yield Tensor.stack(-1, turned(both.select(-1, 0), both.select(-1, 1), cos, sin))
                        .flatten(-2);
            }
            case HALVES -> Tensor.cat(-1, turned(x.narrow(-1, 0, half), x.narrow(-1, half, half), cos, sin));
        };
    }

    private static Tensor[] turned(Tensor a, Tensor b, Tensor cos, Tensor sin) {
        return new Tensor[] {a.mul(cos).sub(b.mul(sin)), a.mul(sin).add(b.mul(cos))};
    }
}
