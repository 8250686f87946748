/** Benchmarks: Soma alone, and in turns with peers. */
@NullMarked
package soma.bench;

import org.jspecify.annotations.NullMarked;
