package soma.op;

import static soma.op.Row.arg;
import static soma.op.Row.constant;
import static soma.op.Row.indices;
import static soma.op.Sampler.between;
import static soma.op.Sampler.distinct;
import static soma.op.Sampler.offSteps;
import static soma.op.Sampler.these;
import static soma.op.Sampler.twoSided;
import static soma.op.Sampler.whole;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.op.Row.Arg;
import soma.op.Row.Twin;

/** Every op. A new op starts with a row here; {@link OpTableTest} fails for an op without one. */
final class OpTable {

    /** Ops that have no row, and why. */
    static final Map<Class<? extends Op>, String> EXEMPT = Map.ofEntries(
            Map.entry(Leaf.Data.class, "holds numbers"),
            Map.entry(Leaf.Scalar.class, "holds a number"),
            Map.entry(Leaf.Input.class, "stands for an argument"),
            Map.entry(Leaf.Feed.class, "stands for an argument"),
            Map.entry(Leaf.ParamRead.class, "reads a parameter"),
            Map.entry(Leaf.Given.class, "is memory to write to"),
            Map.entry(Pick.class, "is part of every op here that has several results"),
            Map.entry(Redirect.StopGradient.class, "changes what a derivative is"),
            Map.entry(Redirect.CustomGradient.class, "changes what a derivative is"),
            Map.entry(Redirect.Barrier.class, "is around every argument that this table differentiates"),
            Map.entry(Draw.class, "is random"),
            Map.entry(Permutation.class, "is random"));

    private OpTable() {}

    static List<Row> rows() {
        var all = new ArrayList<Row>();
        all.addAll(unary());
        all.addAll(binary());
        all.addAll(ternary());
        all.addAll(shaping());
        all.addAll(reductions());
        all.addAll(indexing());
        all.addAll(ProductRows.rows());
        all.addAll(WindowRows.rows());
        all.addAll(NormRows.rows());
        all.addAll(RecurrentRows.rows());
        all.addAll(AttentionRows.rows());
        all.addAll(LinalgRows.rows());
        all.addAll(MethodTable.rows());
        all.addAll(EmptyTable.rows());
        return all;
    }

    // ---- how rows are made

    /** An op without a Tensor method of its own shape: the record itself is called. */
    static Row row(Class<? extends Op> op, String label, Function<List<Tensor>, Tensor> call, Twin twin, Arg... args) {
        return new Row(
                op.getSimpleName() + (label.isEmpty() ? "" : " " + label), op, call, twin, List.of(args), false, 2e-5);
    }

    private static Row elementwise(Op sample, Function<List<Tensor>, Tensor> call, Sampler... samplers) {
        var lane = ((Elementwise) sample).lane();
        Twin twin = in -> {
            var shape = in[0].shape();
            for (var x : in) {
                shape = Shape.broadcast(shape, x.shape(), "twin");
            }
            return Nd.make(shape, i -> switch (in.length) {
                case 1 -> lane.apply(in[0].broadcast(i));
                case 2 -> lane.apply(in[0].broadcast(i), in[1].broadcast(i));
                default -> lane.apply(in[0].broadcast(i), in[1].broadcast(i), in[2].broadcast(i));
            });
        };
        var args = Arrays.stream(samplers).map(s -> arg(s, 2, 3)).toList();
        return new Row(sample.name(), sample.getClass(), call, twin, args, true, 2e-5);
    }

    private static Row one(Function<Tensor, Op> make, Sampler x) {
        return elementwise(make.apply(Tensor.scalar(1)), in -> Tensor.of(make.apply(in.get(0))), x);
    }

    private static Row two(BiFunction<Tensor, Tensor, Op> make, Sampler a, Sampler b) {
        return elementwise(
                make.apply(Tensor.scalar(1), Tensor.scalar(1)),
                in -> Tensor.of(make.apply(in.get(0), in.get(1))),
                a,
                b);
    }

    private static Row logical(BiFunction<Tensor, Tensor, Op> make) {
        var bool = constant(DType.BOOL, whole(0, 2), 2, 3);
        var row = two(make, bool.sampler(), bool.sampler());
        return new Row(row.name(), row.op(), row.call(), row.twin(), List.of(bool, bool), true, 0);
    }

    private static List<Row> unary() {
        var any = between(-2, 2);
        var unit = between(-0.9, 0.9);
        var off0 = twoSided(0.2, 2);
        var positive = between(0.3, 4);
        return List.of(
                one(Abs::new, off0),
                one(Acos::new, unit),
                one(Acosh::new, between(1.3, 4)),
                one(Asin::new, unit),
                one(Asinh::new, any),
                one(Atan::new, any),
                one(Atanh::new, unit),
                one(Cbrt::new, off0),
                one(Ceil::new, offSteps()),
                one(Cos::new, any),
                one(Cosh::new, any),
                one(Digamma::new, positive),
                one(Erf::new, any),
                one(Erfc::new, any),
                one(Erfinv::new, unit),
                one(Exp::new, any),
                one(Exp2::new, any),
                one(Expm1::new, any),
                one(Floor::new, offSteps()),
                one(Gelu::new, any),
                one(GeluSlope::new, any),
                one(GeluTanh::new, any),
                one(GeluTanhSlope::new, any),
                one(IsInf::new, these(1, Double.POSITIVE_INFINITY, -2, Double.NEGATIVE_INFINITY)),
                one(IsNan::new, these(1, Double.NaN, -2)),
                one(Lgamma::new, positive),
                one(Log::new, positive),
                one(Log10::new, positive),
                one(Log1p::new, between(-0.6, 3)),
                one(Log2::new, positive),
                one(LogSigmoid::new, any),
                one(Mish::new, any),
                one(Neg::new, any),
                one(Not::new, whole(0, 2)),
                one(Reciprocal::new, off0),
                one(Relu::new, off0),
                one(Round::new, offSteps()),
                one(Rsqrt::new, positive),
                one(Sigmoid::new, any),
                one(Sign::new, off0),
                one(Silu::new, any),
                one(SiluSlope::new, any),
                one(Sin::new, any),
                one(Sinh::new, any),
                one(Softplus::new, any),
                one(Sqrt::new, positive),
                one(Square::new, any),
                one(Step::new, off0),
                one(Tan::new, between(-1.2, 1.2)),
                one(Tanh::new, any),
                one(Trigamma::new, positive),
                one(Trunc::new, offSteps()));
    }

    private static List<Row> binary() {
        var any = between(-2, 2);
        var positive = between(0.3, 2);
        // a / b stays between 1.2 and 1.9 in magnitude, away from whole quotients
        var dividend = twoSided(1.45, 1.9);
        var divisor = between(1, 1.2);
        return List.of(
                two(Add::new, any, any),
                two(Atan2::new, twoSided(0.2, 2), twoSided(0.2, 2)),
                two(Div::new, any, twoSided(0.3, 2)),
                two(FloorDiv::new, dividend, divisor),
                two(Fmod::new, dividend, divisor),
                two(Hypot::new, twoSided(0.2, 2), any),
                two(LogAddExp::new, any, any),
                two(Maximum::new, any, any),
                two(Minimum::new, any, any),
                two(Mul::new, any, any),
                two(Pow::new, positive, any),
                two(Remainder::new, dividend, divisor),
                two(Sub::new, any, any),
                two(Xlogy::new, positive, positive),
                two(Equal::new, whole(0, 2), whole(0, 2)),
                two(NotEqual::new, whole(0, 2), whole(0, 2)),
                two(Less::new, whole(0, 3), whole(0, 3)),
                two(LessEqual::new, whole(0, 3), whole(0, 3)),
                two(Greater::new, whole(0, 3), whole(0, 3)),
                two(GreaterEqual::new, whole(0, 3), whole(0, 3)),
                logical(And::new),
                logical(Or::new),
                logical(Xor::new),
                polygamma());
    }

    private static Row polygamma() {
        var row = two(Polygamma::new, whole(1, 4), between(0.5, 3));
        var order = constant(DType.FLOAT64, whole(1, 4), 2, 3);
        return new Row(
                row.name(),
                row.op(),
                row.call(),
                row.twin(),
                List.of(order, row.args().get(1)),
                true,
                1e-4);
    }

    private static List<Row> ternary() {
        var any = between(-2, 2);
        var sample = Tensor.scalar(1);
        var clamp = elementwise(
                new Clamp(sample, sample, sample),
                in -> Tensor.of(new Clamp(in.get(0), in.get(1), in.get(2))),
                any,
                between(-1.5, -0.5),
                between(0.5, 1.5));
        var where = elementwise(
                new Where(sample, sample, sample),
                in -> Tensor.of(new Where(in.get(0), in.get(1), in.get(2))),
                whole(0, 2),
                any,
                any);
        var mask = constant(DType.BOOL, whole(0, 2), 2, 3);
        return List.of(
                clamp,
                new Row(
                        where.name(),
                        where.op(),
                        where.call(),
                        where.twin(),
                        List.of(mask, where.args().get(1), where.args().get(2)),
                        true,
                        2e-5));
    }

    private static List<Row> shaping() {
        return List.of(
                row(
                        Expand.class,
                        "",
                        in -> Tensor.of(new Expand(in.get(0), Shape.of(4, 3, 2))),
                        in -> Nd.make(Shape.of(4, 3, 2), in[0]::broadcast),
                        arg(3, 1)),
                row(
                        Expand.class,
                        "of nothing",
                        in -> Tensor.of(new Expand(in.get(0), Shape.of(0, 3))),
                        in -> Nd.make(Shape.of(0, 3), in[0]::broadcast),
                        arg(1, 3)),
                row(Cast.class, "", in -> Tensor.of(new Cast(in.get(0), DType.FLOAT64)), in -> in[0], arg(2, 3)),
                row(
                        Reshape.class,
                        "",
                        in -> Tensor.of(new Reshape(in.get(0), Shape.of(4, 3))),
                        in -> new Nd(Shape.of(4, 3), in[0].data()),
                        arg(2, 6)),
                row(
                        Permute.class,
                        "",
                        in -> Tensor.of(new Permute(in.get(0), List.of(2, 0, 1))),
                        in -> Nd.make(Shape.of(4, 2, 3), i -> in[0].at(i[1], i[2], i[0])),
                        arg(2, 3, 4)),
                row(
                        Slice.class,
                        "",
                        in -> Tensor.of(new Slice(in.get(0), List.of(1, 4), List.of(2, -1), List.of(2, 3))),
                        in -> Nd.make(Shape.of(2, 3), i -> in[0].at(1 + 2 * i[0], 4 - i[1])),
                        arg(4, 5)),
                row(
                        Embed.class,
                        "",
                        in -> Tensor.of(new Embed(in.get(0), Shape.of(5, 6), List.of(1, 5), List.of(2, -2))),
                        in -> Nd.make(
                                Shape.of(5, 6),
                                i -> i[0] % 2 == 1 && i[1] % 2 == 1 ? in[0].atOr(0, i[0] / 2, (5 - i[1]) / 2) : 0),
                        arg(2, 3)),
                row(
                        Concat.class,
                        "",
                        in -> Concat.of(1, in),
                        in -> Nd.make(
                                Shape.of(2, 6, 2),
                                i -> i[1] < 2
                                        ? in[0].at(i)
                                        : i[1] < 5 ? in[1].at(i[0], i[1] - 2, i[2]) : in[2].at(i[0], i[1] - 5, i[2])),
                        arg(2, 2, 2),
                        arg(2, 3, 2),
                        arg(2, 1, 2)),
                row(Concat.class, "with nothing", in -> Concat.of(0, in), in -> in[1], arg(0, 2), arg(3, 2)));
    }

    private static List<Row> reductions() {
        var all = new ArrayList<Row>();
        for (int[] shape :
                new int[][] {{3, 5, 2}, {2, 1, 3}, {1, 17, 1}, {2, 7, 31}, {4, 0, 2}, {0, 3, 2}, {2, 1021, 1}}) {
            all.add(folded(Sum.class, Sum::new, shape, (a, b) -> a + b, 0, between(-2, 2)));
            all.add(folded(Prod.class, Prod::new, shape, (a, b) -> a * b, 1, twoSided(0.97, 1.03)));
            if (shape[1] > 0) {
                all.add(folded(Amax.class, Amax::new, shape, Math::max, Double.NEGATIVE_INFINITY, distinct()));
                all.add(folded(Amin.class, Amin::new, shape, Math::min, Double.POSITIVE_INFINITY, distinct()));
            }
        }
        all.add(row(
                Prod.class,
                "with zeros",
                in -> Tensor.of(new Prod(in.get(0), List.of(1))),
                in -> Nd.make(Shape.of(3), i -> Arrays.stream(in[0].line(i, 1)).reduce(1, (a, b) -> a * b)),
                arg(these(2, 0, 3, 0.5, 0, 2, 0, 0, 4, 1, -2, 3), 3, 4)));
        all.add(row(
                Sum.class,
                "of all axes",
                in -> in.get(0).sum(),
                in -> new Nd(
                        Shape.SCALAR, new double[] {Arrays.stream(in[0].data()).sum()}),
                arg(3, 7)));
        all.add(row(
                Sum.class,
                "of the outer axes",
                in -> in.get(0).sum(0, 2),
                in -> Nd.make(Shape.of(4), i -> {
                    double sum = 0;
                    for (int a = 0; a < 3; a++) {
                        for (int b = 0; b < 5; b++) {
                            sum += in[0].at(a, i[0], b);
                        }
                    }
                    return sum;
                }),
                arg(3, 4, 5)));
        return all;
    }

    private static Row folded(
            Class<? extends Op> op,
            BiFunction<Tensor, List<Integer>, Op> make,
            int[] shape,
            java.util.function.DoubleBinaryOperator fold,
            double start,
            Sampler sampler) {
        var label = "of " + Shape.of(shape) + " along 1";
        return row(
                op,
                label,
                in -> Tensor.of(make.apply(in.get(0), List.of(1))),
                in -> Nd.make(
                        in[0].shape().without(1),
                        i -> Arrays.stream(in[0].line(i, 1)).reduce(start, fold)),
                arg(sampler, shape));
    }

    private static List<Row> indexing() {
        return List.of(
                row(
                        Take.class,
                        "",
                        in -> Tensor.of(new Take(in.get(0), in.get(1), 1)),
                        in -> Nd.make(Shape.of(2, 2, 3, 2), i -> in[0].at(i[0], (int) in[1].at(i[1], i[2]), i[3])),
                        arg(2, 4, 2),
                        indices(4, 2, 3)),
                row(
                        Take.class,
                        "of no places",
                        in -> Tensor.of(new Take(in.get(0), in.get(1), 0)),
                        in -> new Nd(Shape.of(0, 2), new double[0]),
                        arg(3, 2),
                        indices(3, 0)),
                row(
                        Append.class,
                        "",
                        in -> Tensor.of(new Append(in.get(0), in.get(1), in.get(2))),
                        in -> Nd.make(Shape.of(2, 5, 3), i -> {
                            int place = i[1] - (int) in[2].at(0);
                            return place >= 0 && place < 2 ? in[1].at(i[0], place, i[2]) : in[0].at(i);
                        }),
                        arg(2, 5, 3),
                        arg(2, 2, 3),
                        indices(4, 1)),
                row(
                        TakeAdd.class,
                        "",
                        in -> Tensor.of(new TakeAdd(in.get(0), in.get(1), Shape.of(2, 4, 2), 1)),
                        in -> Nd.make(Shape.of(2, 4, 2), i -> {
                            double sum = 0;
                            for (int j = 0; j < 5; j++) {
                                sum += (int) in[1].at(j) == i[1] ? in[0].at(i[0], j, i[2]) : 0;
                            }
                            return sum;
                        }),
                        arg(2, 5, 2),
                        indices(4, 5)),
                row(
                        Gather.class,
                        "",
                        in -> Tensor.of(new Gather(in.get(0), in.get(1), 1)),
                        in -> Nd.make(in[1].shape(), i -> in[0].at(i[0], (int) in[1].at(i), i[2])),
                        arg(3, 4, 2),
                        indices(4, 2, 5, 2)),
                row(
                        ScatterAdd.class,
                        "",
                        in -> Tensor.of(new ScatterAdd(in.get(0), in.get(1), in.get(2), 1)),
                        in -> Nd.make(Shape.of(3, 4), i -> {
                            double sum = in[0].at(i);
                            for (int j = 0; j < 5 && i[0] < 2; j++) {
                                sum += (int) in[1].at(i[0], j) == i[1] ? in[2].at(i[0], j) : 0;
                            }
                            return sum;
                        }),
                        arg(3, 4),
                        indices(4, 2, 5),
                        arg(2, 5)),
                row(
                        Scatter.class,
                        "",
                        in -> Tensor.of(new Scatter(in.get(0), in.get(1), in.get(2), 1)),
                        in -> Nd.make(Shape.of(3, 4), i -> {
                            double last = in[0].at(i);
                            for (int j = 0; j < 5 && i[0] < 2; j++) {
                                last = (int) in[1].at(i[0], j) == i[1] ? in[2].at(i[0], j) : last;
                            }
                            return last;
                        }),
                        arg(3, 4),
                        indices(4, 2, 5),
                        arg(2, 5)),
                row(
                        Places.class,
                        "",
                        in -> Tensor.of(new Places(in.get(0), 4, "index")),
                        in -> Nd.make(in[0].shape(), i -> Math.floorMod((int) in[0].at(i), 4)),
                        constant(DType.INT64, whole(-4, 4), 3, 7)),
                order("max", ArgExtreme.class, x -> new ArgExtreme(x, 1, true), line -> line[line.length - 1]),
                order("min", ArgExtreme.class, x -> new ArgExtreme(x, 1, false), line -> line[0]),
                order("third", ArgKth.class, x -> new ArgKth(x, 3), line -> line[2]),
                order("median", ArgKth.class, x -> new ArgKth(x, ArgKth.MEDIAN), line -> line[(line.length - 1) / 2]),
                ranked("up", ArgSort.class, x -> new ArgSort(x, false), 5, false),
                ranked("down", ArgSort.class, x -> new ArgSort(x, true), 5, true),
                ranked("largest", ArgTopK.class, x -> new ArgTopK(x, 2, true), 2, true),
                ranked("smallest", ArgTopK.class, x -> new ArgTopK(x, 3, false), 3, false));
    }

    /** Places of one element of each row: that with the value which {@code pick} chooses from the row in order. */
    private static Row order(
            String label, Class<? extends Op> op, Function<Tensor, Op> make, Function<double[], Double> pick) {
        return row(
                op,
                label,
                in -> Tensor.of(make.apply(in.get(0))),
                in -> Nd.make(Shape.of(3), i -> {
                    var line = in[0].line(i, 1);
                    return placeOf(line, pick.apply(Arrays.stream(line).sorted().toArray()));
                }),
                arg(distinct(), 3, 5));
    }

    private static Row ranked(String label, Class<? extends Op> op, Function<Tensor, Op> make, int k, boolean down) {
        return row(
                op,
                label,
                in -> Tensor.of(make.apply(in.get(0))),
                in -> Nd.make(Shape.of(3, k), i -> {
                    var line = in[0].line(new int[] {i[0]}, 1);
                    var sorted = Arrays.stream(line).sorted().toArray();
                    return placeOf(line, sorted[down ? line.length - 1 - i[1] : i[1]]);
                }),
                arg(distinct(), 3, 5));
    }

    private static int placeOf(double[] line, double value) {
        int p = 0;
        while (line[p] != value) {
            p++;
        }
        return p;
    }
}
