package soma.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import soma.Autodiff;
import soma.DType;
import soma.Param;
import soma.Rng;
import soma.Soma;
import soma.Tensor;

/** Plans of hundreds of random expressions against the same steps done one by one on plain arrays. */
class RandomGraphTest {

    /** -Dsoma.fuzz=20 tries twenty times as many. */
    private static final int FUZZ = Integer.getInteger("soma.fuzz", 1);

    private static int programs(RandomProgram.Sizes sizes) {
        return FUZZ
                * switch (sizes) {
                    case SMALL -> 300;
                    case BLOCK -> 40;
                    case LARGE -> 8;
                };
    }

    private static void check(
            RandomProgram program, String how, List<Integer> which, List<Tensor> got, List<Plain> want) {
        for (int r = 0; r < which.size(); r++) {
            int i = which.get(r);
            var wrong = program.difference(i, got.get(r), want.get(i));
            assertThat(wrong)
                    .as("%s: node %d (root %d) of %s", how, i, r, program)
                    .isEmpty();
        }
    }

    private static List<Tensor> tensors(List<Plain> plains) {
        return plains.stream().map(Plain::tensor).toList();
    }

    /** All roots in one plan; then the same structure on other numbers, which finds the plan and its used memory. */
    @ParameterizedTest
    @EnumSource
    void onePlan(RandomProgram.Sizes sizes) {
        for (int seed = 0; seed < programs(sizes); seed++) {
            var program = new RandomProgram(seed, sizes);
            for (int data = 0; data < 2; data++) {
                var leaves = program.leaves(data);
                var nodes = program.build(tensors(leaves));
                var roots = program.roots.stream().map(nodes::get).toList();
                Soma.eval(roots);
                check(program, "run " + data, program.roots, roots, program.expected(leaves));
            }
        }
    }

    /** A function compiled once and called with several numbers; earlier results stay as they were. */
    @ParameterizedTest
    @EnumSource
    void compiled(RandomProgram.Sizes sizes) {
        for (int seed = 0; seed < programs(sizes) / 2; seed++) {
            var program = new RandomProgram(1000 + seed, sizes);
            var f = Soma.compile(arguments -> {
                var nodes = program.build(arguments);
                return program.roots.stream().map(nodes::get).toList();
            });
            var results = new ArrayList<List<Tensor>>();
            for (int data = 0; data < 3; data++) {
                results.add(f.apply(tensors(program.leaves(data))));
            }
            for (int data = 0; data < 3; data++) {
                check(
                        program,
                        "call " + data,
                        program.roots,
                        results.get(data),
                        program.expected(program.leaves(data)));
            }
        }
    }

    /** Some nodes are looked at before the rest. */
    @ParameterizedTest
    @EnumSource
    void inStages(RandomProgram.Sizes sizes) {
        for (int seed = 0; seed < programs(sizes) / 2; seed++) {
            var program = new RandomProgram(2000 + seed, sizes);
            var leaves = program.leaves(0);
            var nodes = program.build(tensors(leaves));
            var random = new Random(seed);
            var all = new ArrayList<Integer>();
            for (int stage = 0; stage < 3; stage++) {
                int i = random.nextInt(nodes.size());
                Soma.eval(nodes.get(i), nodes.get(i));
                all.add(i);
            }
            all.addAll(program.roots);
            check(program, "stages", all, all.stream().map(nodes::get).toList(), program.expected(leaves));
        }
    }

    /**
     * Leaves are parameters, and some of them are set to nodes that read parameters: exchanged, shifted, updated in place, while
     * others read the old values. Twice, so that the second run finds the plan.
     */
    @ParameterizedTest
    @EnumSource
    void assigned(RandomProgram.Sizes sizes) {
        for (int seed = 0; seed < programs(sizes); seed++) {
            var program = new RandomProgram(3000 + seed, sizes, RandomProgram.Kind.FLOATS);
            var leaves = program.leaves(0);
            var params = tensors(leaves).stream().map(Param::of).toList();
            for (int run = 0; run < 2; run++) {
                var random = new Random(seed);
                var expected = program.expected(leaves);
                var next = new ArrayList<>(leaves);
                var setFrom = new int[params.size()];
                var roots = Soma.training(Rng.seed(1), () -> {
                    var nodes = program.build(params.stream().map(Param::value).toList());
                    for (int k = 0; k < params.size(); k++) {
                        var p = params.get(k);
                        setFrom[k] = choose(program, p, random);
                        if (setFrom[k] >= 0) {
                            p.set(nodes.get(setFrom[k]).reshape(p.shape()));
                            next.set(k, expected.get(setFrom[k]).reshape(p.shape()));
                        }
                    }
                    return program.roots.stream().map(nodes::get).toList();
                });
                check(program, "run " + run, program.roots, roots, expected);
                for (int k = 0; k < params.size(); k++) {
                    if (setFrom[k] >= 0) {
                        var value = params.get(k)
                                .value()
                                .reshape(expected.get(setFrom[k]).shape());
                        var wrong = program.difference(setFrom[k], value, expected.get(setFrom[k]));
                        assertThat(wrong)
                                .as("run %d: leaf %d set from %s of %s", run, k, Arrays.toString(setFrom), program)
                                .isEmpty();
                        params.get(k).load(next.get(k).tensor());
                    }
                }
                leaves = program.leaves(1);
                for (int k = 0; k < params.size(); k++) {
                    params.get(k).load(leaves.get(k).tensor());
                }
            }
        }
    }

    /** First and second derivatives of a sum over all roots, along a random direction, against central differences. */
    @Test
    void gradients() {
        for (int seed = 0; seed < programs(RandomProgram.Sizes.SMALL) / 2; seed++) {
            var program = new RandomProgram(4000 + seed, RandomProgram.Sizes.SMALL, RandomProgram.Kind.SMOOTH);
            var at = program.leaves(0);
            var xs = tensors(at);
            var direction = tensors(program.leaves(1));
            var floating = IntStream.range(0, xs.size())
                    .filter(k -> xs.get(k).dtype().isFloating())
                    .boxed()
                    .toList();
            double h = 1e-5;
            double scale =
                    1 + Math.abs(slope(program, xs, direction, floating, 0).item());
            double high = objective(program, moved(xs, direction, floating, h)).item();
            double low = objective(program, moved(xs, direction, floating, -h)).item();
            // a few last bits of the sum, over the step
            double rounding = 1e-15 * (Math.abs(high) + Math.abs(low)) / h;
            double first = slope(program, xs, direction, floating, 0).item();
            assertThat(first)
                    .as("slope of %s", program)
                    .isCloseTo((high - low) / (2 * h), within(1e-6 * scale + rounding));
            double above = slope(program, moved(xs, direction, floating, h), direction, floating, 0)
                    .item();
            double below = slope(program, moved(xs, direction, floating, -h), direction, floating, 0)
                    .item();
            double second = slope(program, xs, direction, floating, 1).item();
            assertThat(second)
                    .as("curvature of %s", program)
                    .isCloseTo((above - below) / (2 * h), within(1e-5 * (scale + Math.abs(second)) + rounding));
        }
    }

    private static List<Tensor> moved(List<Tensor> xs, List<Tensor> direction, List<Integer> floating, double h) {
        var out = new ArrayList<>(xs);
        for (int k : floating) {
            out.set(k, Tensor.evaluated(xs.get(k).add(direction.get(k).mul(h))).get(0));
        }
        return out;
    }

    private static Tensor objective(RandomProgram program, List<Tensor> xs) {
        var nodes = program.build(xs);
        var total = Tensor.scalar(0, DType.FLOAT64);
        for (int r : program.roots) {
            var y = nodes.get(r);
            total = y.dtype() == DType.FLOAT64 ? total.add(y.mul(y.add(1)).sum()) : total;
        }
        return total;
    }

    /** The derivative along a direction, or, for deeper 1, that derivative's derivative. */
    private static Tensor slope(
            RandomProgram program, List<Tensor> xs, List<Tensor> direction, List<Integer> floating, int deeper) {
        var y = objective(program, xs);
        for (int d = 0; d <= deeper; d++) {
            var grads = Autodiff.grad(y, floating.stream().map(xs::get).toList());
            y = Tensor.scalar(0, DType.FLOAT64);
            for (int k = 0; k < grads.size(); k++) {
                y = y.add(grads.get(k).mul(direction.get(floating.get(k))).sum());
            }
        }
        return y;
    }

    /** A node that fits a parameter, rather a late one or another parameter; -1 for none. */
    private static int choose(RandomProgram program, Param p, Random random) {
        for (int tries = 0; tries < 12; tries++) {
            int i = random.nextInt(program.nodes.size());
            var n = program.nodes.get(i);
            if (n.dtype() == p.dtype() && n.shape().size() == p.shape().size()) {
                return i;
            }
        }
        return -1;
    }
}
