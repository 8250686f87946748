/** Optimizers and learning-rate schedules as records. */
@NullMarked
package soma.optim;

import org.jspecify.annotations.NullMarked;
