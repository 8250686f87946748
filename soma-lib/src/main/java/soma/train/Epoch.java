package soma.train;

import java.util.Optional;

/**
 * One pass over the training examples.
 *
 * @param number from 1
 * @param loss the mean training loss, as it was at each step
 * @param validation what the model could do after it, if there is validation data
 * @param lr the learning rate at its end
 * @param seconds how long it took, with validation
 */
public record Epoch(int number, double loss, Optional<Evaluation> validation, double lr, double seconds) {}
