/** Tensors, derivatives and the training scope: what a user's program sees. */
@NullMarked
package soma;

import org.jspecify.annotations.NullMarked;
