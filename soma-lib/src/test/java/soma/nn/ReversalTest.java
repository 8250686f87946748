package soma.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import soma.Autodiff;
import soma.Rng;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.optim.Adam;
import soma.optim.Iteration;
import soma.optim.Updater;

/** A causal Transformer learns to write a word backwards, and writes it with a cache. */
class ReversalTest {
    private static final int LETTERS = 8;
    private static final int LENGTH = 5;
    private static final int STOP = LETTERS; // between the word and its reversal
    private static final int BATCH = 16;

    record Writer(Embedding tokens, Embedding positions, TransformerEncoder blocks, Linear head) implements Layer {
        Writer() {
            this(
                    new Embedding(LETTERS + 1, 32).init(Init.normal(0, 0.1)),
                    new Embedding(2 * LENGTH, 32).init(Init.normal(0, 0.1)),
                    new TransformerEncoder(
                                    2,
                                    () -> new TransformerEncoderLayer(32, 4, 64)
                                            .dropout(0)
                                            .normFirst()
                                            .causal()
                                            .activation(Tensor::gelu))
                            .withNorm(),
                    new Linear(32, LETTERS));
        }

        private Tensor embed(Tensor ids, int start) {
            var places = Tensor.arange(ids.size(1)).add(start);
            return tokens.forward(ids).add(positions.forward(places)); // (N, T, D)
        }

        @Override
        public Tensor forward(Tensor ids) {
            return head.forward(blocks.forward(embed(ids, 0))); // (N, T, letters)
        }

        /** The most likely letters after {@code ids}, each fed back in. */
        Tensor write(Tensor ids, int count) {
            var cache = KvCache.empty();
            var out = new Tensor[count];
            var next = ids;
            for (int i = 0; i < count; i++) {
                var step = blocks.step(embed(next, cache.length()), cache).evaluated();
                cache = step.cache();
                var last = step.output().select(1, step.output().size(1) - 1);
                out[i] = head.forward(last).argmax(-1); // (N)
                next = out[i].unsqueeze(1);
            }
            return Tensor.stack(1, out);
        }
    }

    @Test
    void learnsToReverse() {
        var model = new Writer();
        model.init(Rng.seed(3));
        var updater = new Updater<>(new Adam(5e-3), model.trained());
        var stop = Tensor.full(soma.DType.INT64, Shape.of(BATCH, 1), STOP);
        var count = new AtomicInteger();
        var step = Soma.compile(batch -> Soma.training(Rng.seed(4), () -> {
            var word = batch.get(0);
            var target = word.flip(1);
            var ids = Tensor.cat(1, word, stop, target.narrow(1, 0, LENGTH - 1)); // (N, 2 LENGTH)
            var logits = model.forward(ids).narrow(1, LENGTH, LENGTH).flatten(0, 1);
            var loss = Loss.crossEntropy(logits, target.flatten());
            updater.apply(Iteration.of(count::get), Autodiff.grad(loss, updater.values()));
            return List.of(loss);
        }));
        for (int k = 1; k <= 60; k++) {
            count.set(k);
            step.apply(Rng.seed(6).fold(k).integers(0, LETTERS, Shape.of(BATCH, LENGTH)));
        }
        var word = Rng.seed(5).integers(0, LETTERS, Shape.of(BATCH, LENGTH));
        var written = model.write(Tensor.cat(1, word, stop), LENGTH);
        var right = written.eq(word.flip(1)).all(1).toBooleanArray();
        int whole = 0;
        for (boolean r : right) {
            whole += r ? 1 : 0;
        }
        assertThat(whole).as("words written backwards").isGreaterThanOrEqualTo(BATCH - 1);
    }
}
