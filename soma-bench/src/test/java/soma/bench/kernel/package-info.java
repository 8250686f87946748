/**
 * Single kernels under JMH. To build, and to run those whose name fits a pattern:
 * {@snippet lang=shell :
 * mvn -Pjmh -Dfast -DskipTests package
 * java -cp 'soma-bench/target/test-classes:soma-bench/target/jmh/*' org.openjdk.jmh.Main Gemm -p threads=1
 * }
 * {@code -prof gc} shows garbage a call, which should be near 0: more means that a vector was boxed.
 */
@NullMarked
package soma.bench.kernel;

import org.jspecify.annotations.NullMarked;
