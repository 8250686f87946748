/** The trainer, metrics, reports and checkpoints. */
@NullMarked
package soma.train;

import org.jspecify.annotations.NullMarked;
