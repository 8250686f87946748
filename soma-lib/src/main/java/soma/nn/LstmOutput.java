package soma.nn;

import soma.Tensor;

/**
 * What an {@link Lstm} makes of sequences: the last layer's hidden state at every step, {@code output} (T, N,
 * directions hidden), or (N, T, directions hidden) with batch first; and each layer's and direction's last hidden state
 * {@code h} and cell {@code c}, both (layers directions, N, hidden), with which the next part of the sequences can go
 * on.
 */
public record LstmOutput(Tensor output, Tensor h, Tensor c) {}
