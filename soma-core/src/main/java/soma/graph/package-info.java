/** The executor: from graphs to plans of fused kernels over planned memory. */
@NullMarked
package soma.graph;

import org.jspecify.annotations.NullMarked;
