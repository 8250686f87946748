package soma.optim;

import soma.Tensor;

/** What a step gives: the parameter's new value, and what is remembered of it. */
public record Update<S>(Tensor weight, S state) {}
