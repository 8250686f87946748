package soma.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import soma.Autodiff;
import soma.DType;
import soma.Shape;
import soma.Soma;
import soma.Tensor;
import soma.kernel.Lane;

/**
 * Every op of {@link OpTable}: values, first and second derivatives, forward against reverse mode, views, broadcasting.
 */
class OpTableTest {
    private static final double STEP = 1e-5;

    @Test
    void everyOpHasARow() throws Exception {
        var root = Path.of(
                Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        var missing = new ArrayList<String>();
        var rows = new HashSet<Class<?>>();
        OpTable.rows().forEach(r -> rows.add(r.op()));
        try (var files = Files.list(root.resolve("soma/op"))) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                if (name.endsWith(".class")) {
                    var type = Class.forName("soma.op." + name.substring(0, name.length() - 6));
                    boolean concrete = !type.isInterface() && !Modifier.isAbstract(type.getModifiers());
                    if (concrete
                            && Op.class.isAssignableFrom(type)
                            && !rows.contains(type)
                            && !OpTable.EXEMPT.containsKey(type)) {
                        missing.add(type.getSimpleName());
                    }
                }
            }
        }
        assertThat(missing).as("ops without a row in OpTable").isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> values() {
        return tests(row -> {
            for (var dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
                var in = draw(row, dtype);
                check(row, in, row.call().apply(in), dtype);
            }
        });
    }

    private static void check(Row row, List<Tensor> in, Tensor got, DType dtype) {
        if (row.twin() == null) {
            return;
        }
        var want = row.twin().of(in.stream().map(Nd::of).toArray(Nd[]::new));
        assertThat(got.shape()).as("shape of " + row).isEqualTo(want.shape());
        double tolerance = dtype == DType.FLOAT64 ? 1e-11 : row.float32Tolerance();
        assertClose(row.name() + " in " + dtype, got.toDoubleArray(), want.data(), tolerance);
    }

    @TestFactory
    Stream<DynamicTest> firstDerivatives() {
        return tests(row -> derivative(row, OpTableTest::weighted));
    }

    @TestFactory
    Stream<DynamicTest> secondDerivatives() {
        return tests(row -> derivative(row, (r, in, random) -> slope(r, in, random)));
    }

    /** A scalar function of the arguments of a row. */
    @FunctionalInterface
    private interface Scalar {
        Tensor of(Row row, List<Tensor> in, SplittableRandom random);
    }

    /** sum y u for a fixed random u. */
    private static Tensor weighted(Row row, List<Tensor> in, SplittableRandom random) {
        var y = row.call().apply(in);
        return y.mul(like(y, random)).sum();
    }

    /** The derivative of {@link #weighted} along a fixed random direction. */
    private static Tensor slope(Row row, List<Tensor> in, SplittableRandom random) {
        var xs = variables(row, in);
        var grads = Autodiff.grad(weighted(row, in, random), xs);
        var total = Tensor.scalar(0, DType.FLOAT64);
        for (int i = 0; i < xs.size(); i++) {
            total = total.add(grads.get(i).mul(like(xs.get(i), random)).sum());
        }
        return total;
    }

    private static void derivative(Row row, Scalar f) {
        var in = draw(row, DType.FLOAT64);
        var xs = variables(row, in);
        if (xs.isEmpty() || !row.call().apply(in).dtype().isFloating()) {
            return;
        }
        var random = random(row);
        var grads = Autodiff.grad(f.of(row, in, random.split()), xs);
        Soma.eval(grads);
        for (int trial = 0; trial < 2; trial++) {
            double want = 0;
            var ahead = new ArrayList<Tensor>();
            var behind = new ArrayList<Tensor>();
            for (int i = 0, k = 0; i < in.size(); i++) {
                if (row.args().get(i).constant()) {
                    ahead.add(in.get(i));
                    behind.add(in.get(i));
                } else {
                    var v = like(in.get(i), random);
                    want += grads.get(k++).mul(v).sum().item();
                    ahead.add(evaluated(in.get(i).add(v.mul(STEP))));
                    behind.add(evaluated(in.get(i).sub(v.mul(STEP))));
                }
            }
            var again = random(row);
            double up = f.of(row, ahead, again.split()).item();
            double down = f.of(row, behind, random(row).split()).item();
            double got = (up - down) / (2 * STEP);
            double size = 1 + Math.abs(want) + 1e-3 * Math.abs(up);
            assertThat(Math.abs(got - want) / size)
                    .as(row + ": derivative " + want + ", difference " + got)
                    .isLessThan(2e-7);
        }
    }

    @TestFactory
    Stream<DynamicTest> forwardIsTheTransposeOfReverse() {
        return tests(row -> {
            var in = draw(row, DType.FLOAT64);
            var xs = variables(row, in);
            if (xs.isEmpty() || !row.call().apply(in).dtype().isFloating()) {
                return;
            }
            var random = random(row);
            var y = row.call().apply(in);
            var u = like(y, random);
            var vs = xs.stream().map(x -> like(x, random)).toList();
            double forward = Autodiff.jvp(y, xs, vs).mul(u).sum().item();
            var back = Autodiff.vjp(row.call().apply(in), xs, u);
            double reverse = 0;
            for (int i = 0; i < xs.size(); i++) {
                reverse += back.get(i).mul(vs.get(i)).sum().item();
            }
            assertThat(forward).isCloseTo(reverse, Offset.offset(1e-9 * (1 + Math.abs(reverse))));
        });
    }

    @TestFactory
    Stream<DynamicTest> operandsThatAreViews() {
        return tests(row -> {
            for (var dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
                var in = draw(row, dtype);
                var plain = row.call().apply(in).toDoubleArray();
                for (Function<Tensor, Tensor> view : VIEWS) {
                    var seen = in.stream().map(view).toList();
                    assertClose(
                            row + " of views",
                            row.call().apply(seen).toDoubleArray(),
                            plain,
                            dtype == DType.FLOAT64 ? 1e-11 : Math.max(row.float32Tolerance(), 1e-5));
                }
            }
        });
    }

    /** The same tensor as a view of other memory: transposed, backwards, every second element. */
    private static final List<Function<Tensor, Tensor>> VIEWS = List.of(
            t -> {
                var order =
                        IntStream.range(0, t.rank()).map(i -> t.rank() - 1 - i).toArray();
                return evaluated(t.permute(order)).permute(order);
            },
            t -> {
                var all = IntStream.range(0, t.rank()).toArray();
                return evaluated(t.flip(all)).flip(all);
            },
            t -> {
                var wide = t;
                for (int a = 0; a < t.rank(); a++) {
                    wide = wide.repeatInterleave(2, a).pad(pairs(t.rank(), a));
                }
                wide = evaluated(wide);
                for (int a = 0; a < t.rank(); a++) {
                    wide = wide.slice(a, 1, 1 + 2 * t.size(a), 2);
                }
                return wide;
            });

    private static int[] pairs(int rank, int axis) {
        var pairs = new int[2 * rank];
        pairs[2 * (rank - 1 - axis)] = 1;
        return pairs;
    }

    @TestFactory
    Stream<DynamicTest> elementwiseOfManySizes() {
        return elementwise(row -> {
            for (var shape : List.of(
                    Shape.SCALAR,
                    Shape.of(0),
                    Shape.of(2, 0),
                    Shape.of(1),
                    Shape.of(1, 1),
                    Shape.of(7),
                    Shape.of(17),
                    Shape.of(1021),
                    Shape.of(3, 341))) {
                for (var dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
                    var other = row.on(shape);
                    var in = draw(other, dtype);
                    check(other.called(row + " of " + shape), in, row.call().apply(in), dtype);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> broadcasting() {
        var pairs = List.of(
                new Shape[] {Shape.of(3, 1), Shape.of(1, 4)}, new Shape[] {Shape.of(4), Shape.of(2, 3, 4)},
                new Shape[] {Shape.SCALAR, Shape.of(5)}, new Shape[] {Shape.of(2, 1, 3), Shape.of(4, 1)},
                new Shape[] {Shape.of(1, 0), Shape.of(3, 1)}, new Shape[] {Shape.of(17, 1), Shape.of(17, 31)});
        return elementwise(row -> {
            if (row.args().size() < 2) {
                return;
            }
            for (var pair : pairs) {
                for (var shapes : List.of(pair, new Shape[] {pair[1], pair[0]})) {
                    var other = row.on(shapes).called(row + " of " + List.of(shapes));
                    for (var dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
                        var in = draw(other, dtype);
                        check(other, in, row.call().apply(in), dtype);
                    }
                    derivative(other, OpTableTest::weighted);
                    derivative(other, OpTableTest::slope);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> integers() {
        return elementwise(row -> {
            var lane = lane(row);
            if (lane == null || !lane.onLongs() || lane.arity() > 2) {
                return;
            }
            for (var dtype : List.of(DType.INT64, DType.INT32)) {
                var a = new long[] {0, 1, 2, 3, 7, 100, 5, 4, 9, 1, 2};
                var b = new long[] {1, 2, 3, 1, 2, 7, 5, 2, 3, 1, 6};
                var in = lane.arity() == 1
                        ? List.of(Tensor.of(a).to(dtype))
                        : List.of(Tensor.of(a).to(dtype), Tensor.of(b).to(dtype));
                var got = row.call().apply(in).toLongArray();
                for (int i = 0; i < a.length; i++) {
                    long want = lane.arity() == 1 ? lane.applyLong(a[i]) : lane.applyLong(a[i], b[i]);
                    long kept = dtype == DType.INT32 ? (int) want : want;
                    boolean bool = row.call().apply(in).dtype() == DType.BOOL;
                    assertThat(got[i])
                            .as(row + " of " + a[i] + ", " + b[i] + " in " + dtype)
                            .isEqualTo(bool && kept != 0 ? 1 : kept);
                }
            }
        });
    }

    private static Lane lane(Row row) {
        var in = row.args().stream().map(a -> Tensor.scalar(1).to(a.dtype())).toList();
        return row.call().apply(in).op() instanceof Elementwise e ? e.lane() : null;
    }

    // ---- helpers

    private static Stream<DynamicTest> tests(org.junit.jupiter.api.function.ThrowingConsumer<Row> test) {
        return OpTable.rows().stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> test.accept(row)));
    }

    private static Stream<DynamicTest> elementwise(org.junit.jupiter.api.function.ThrowingConsumer<Row> test) {
        return OpTable.rows().stream()
                .filter(Row::elementwise)
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> test.accept(row)));
    }

    private static SplittableRandom random(Row row) {
        return new SplittableRandom(row.name().hashCode());
    }

    private static List<Tensor> draw(Row row, DType dtype) {
        var random = random(row);
        return row.args().stream()
                .map(a -> a.draw(random))
                .map(t -> evaluated(t.dtype().isFloating() ? t.to(dtype) : t))
                .toList();
    }

    private static List<Tensor> variables(Row row, List<Tensor> in) {
        return IntStream.range(0, in.size())
                .filter(i -> !row.args().get(i).constant())
                .mapToObj(in::get)
                .toList();
    }

    private static Tensor like(Tensor t, SplittableRandom random) {
        return Tensor.of(Sampler.between(-1, 1).draw(random, t.numel()), t.numel())
                .reshape(t.shape());
    }

    private static Tensor evaluated(Tensor t) {
        Soma.eval(t);
        return t;
    }

    private static void assertClose(String what, double[] got, double[] want, double tolerance) {
        assertThat(got).hasSameSizeAs(want);
        double size = 1;
        for (double w : want) {
            size = Double.isFinite(w) ? Math.max(size, Math.abs(w)) : size;
        }
        for (int i = 0; i < want.length; i++) {
            boolean same = Double.compare(got[i], want[i]) == 0 || Math.abs(got[i] - want[i]) <= tolerance * size;
            if (!same) {
                assertThat(got[i])
                        .as(what + ", element " + i + " of " + want.length)
                        .isEqualTo(want[i]);
            }
        }
    }
}
