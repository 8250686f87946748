package soma.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import soma.DType;
import soma.Shape;
import soma.Tensor;
import soma.TensorLayouts.PadMode;
import soma.op.Redirect;

/** Making, shaping, joining and cutting. */
final class AtenShapes {
    private AtenShapes() {}

    static void addTo(Operators table) {
        making(table);
        converting(table);
        shaping(table);
        cutting(table);
        moving(table);
        padding(table);
    }

    private static void making(Operators table) {
        var like = ", dtype=None, layout=None, device=None, pin_memory=None, memory_format=None, requires_grad=False)";
        table.add("zeros_like(input" + like, a -> Tensor.zeros(a.dtype("dtype", a.x().dtype()), a.x().shape()));
        table.add("ones_like(input" + like, a -> Tensor.ones(a.dtype("dtype", a.x().dtype()), a.x().shape()));
        table.add(
                "full_like(input, fill_value" + like,
                a -> Tensor.full(a.dtype("dtype", a.x().dtype()), a.x().shape(), a.d("fill_value")));
        var own = ", dtype=None, layout=None, device=None, pin_memory=None, requires_grad=False)";
        table.add("new_zeros(input, size" + own, a -> Tensor.zeros(a.dtype("dtype", a.x().dtype()), a.shape("size")));
        table.add("new_ones(input, size" + own, a -> Tensor.ones(a.dtype("dtype", a.x().dtype()), a.shape("size")));
        table.add(
                "new_full(input, size, fill_value" + own,
                a -> Tensor.full(a.dtype("dtype", a.x().dtype()), a.shape("size"), a.d("fill_value")));
        table.add("zeros(size" + own, a -> Tensor.zeros(a.dtype("dtype", DType.FLOAT32), a.shape("size")));
        table.add("ones(size" + own, a -> Tensor.ones(a.dtype("dtype", DType.FLOAT32), a.shape("size")));
        table.add(
                "full(size, fill_value" + own,
                a -> Tensor.full(a.dtype("dtype", DType.FLOAT32), a.shape("size"), a.d("fill_value")));
        table.add("eye(n, m=None" + own, a -> {
            if (a.has("m") && a.i("m") != a.i("n")) {
                throw new MissingOperator("torch.eye that is not square");
            }
            return Tensor.eye(a.i("n"), a.dtype("dtype", DType.FLOAT32));
        });
        table.add("arange(start, end=None, step=1" + own, a -> {
            double start = a.has("end") ? a.d("start") : 0;
            double end = a.d(a.has("end") ? "end" : "start");
            int n = (int) Math.ceil((end - start) / a.d("step"));
            boolean whole = !(a.value("start") instanceof Double)
                    && !(a.value("end") instanceof Double)
                    && !(a.value("step") instanceof Double);
            var type = a.dtype("dtype", whole ? DType.INT64 : DType.FLOAT32);
            return Tensor.arange(n)
                    .to(DType.FLOAT64)
                    .mul(a.d("step"))
                    .add(start)
                    .to(type);
        });
        table.add(
                "linspace(start, end, steps" + own,
                a -> Tensor.arange(a.i("steps"))
                        .to(DType.FLOAT64)
                        .mul((a.d("end") - a.d("start")) / Math.max(1, a.i("steps") - 1))
                        .add(a.d("start"))
                        .to(a.dtype("dtype", DType.FLOAT32)));
        table.add("scalar_tensor(s" + own, a -> Tensor.scalar(a.d("s"), a.dtype("dtype", DType.FLOAT32)));
        table.add(
                "tensor(data" + own,
                a -> {
                    if (!(a.value("data") instanceof List<?> numbers)) {
                        return a.t("data").to(a.dtype("dtype", a.t("data").dtype()));
                    }
                    boolean whole = numbers.stream().noneMatch(Double.class::isInstance);
                    var values = numbers.stream().mapToDouble(Arguments::number).toArray();
                    return Tensor.of(values, values.length).to(a.dtype("dtype", whole ? DType.INT64 : DType.FLOAT32));
                },
                "as_tensor");
    }

    private static void converting(Operators table) {
        table.add("to(input, dtype, *rest)", a -> a.x().to(a.dtype("dtype", a.x().dtype())), "type");
        table.add("type_as(input, other)", a -> a.x().to(a.t("other").dtype()));
        table.addUnary("float", x -> x.to(DType.FLOAT32));
        table.addUnary("double", x -> x.to(DType.FLOAT64));
        table.addUnary("long", x -> x.to(DType.INT64));
        table.addUnary("int", x -> x.to(DType.INT32));
        table.addUnary("bool", x -> x.to(DType.BOOL));
        table.add("detach(input)", a -> a.x().stopGradient());
        table.add("clone(input, memory_format=None)", a -> Tensor.of(new Redirect.Barrier(a.x(), a.x())));
        table.addUnary("contiguous", x -> x, "alias", "requires_grad_", "positive");
        table.add("item(input)", a -> copy(a.x()).item());
        table.add(
                "size(input, dim=None)",
                a -> a.has("dim") ? (Object) (long) a.x().size(a.i("dim")) : Evaluator.sizes(a.x()));
        table.add("dim(input)", a -> (long) a.x().rank());
        table.add("numel(input)", a -> (long) a.x().numel());
        table.add("copy_(input, other)", a -> {
            var after = a.t("other").to(a.x().dtype()).expand(a.x().shape());
            a.replace(a.x(), after);
            return after;
        });
        table.add("fill_(input, value)", a -> {
            var after = Tensor.full(a.x().dtype(), a.x().shape(), a.d("value"));
            a.replace(a.x(), after);
            return after;
        });
        table.add("zero_(input)", a -> {
            a.replace(a.x(), a.x().zerosLike());
            return a.x().zerosLike();
        });
    }

    /** A tensor to look at without the expression letting go of its inputs. */
    private static Tensor copy(Tensor x) {
        return Tensor.of(new Redirect.Barrier(x, x));
    }

    private static void shaping(Operators table) {
        table.add("reshape(input, *shape)", a -> a.x().reshape(a.ints("shape")), "view");
        table.add("reshape_as(input, other)", a -> a.x().reshape(a.t("other").shape()), "view_as");
        table.add(
                "flatten(input, start_dim=0, end_dim=-1)",
                a -> a.x().rank() == 0 ? a.x().reshape(1) : a.x().flatten(a.i("start_dim"), a.i("end_dim")));
        table.addUnary("ravel", x -> x.rank() == 0 ? x.reshape(1) : x.flatten());
        table.add("unflatten(input, dim, sizes)", a -> a.x().unflatten(a.i("dim"), a.ints("sizes")));
        table.add("squeeze(input, dim=None)", a -> {
            if (!a.has("dim")) {
                return a.x().squeeze();
            }
            var x = a.x();
            int rank = x.rank();
            var axes = Arrays.stream(a.ints("dim"))
                    .map(d -> d < 0 ? d + rank : d)
                    .sorted()
                    .toArray();
            for (int i = axes.length - 1; i >= 0; i--) {
                x = x.size(axes[i]) == 1 ? x.squeeze(axes[i]) : x;
            }
            return x;
        });
        table.add("unsqueeze(input, dim)", a -> a.x().unsqueeze(a.i("dim")));
        table.add(
                "transpose(input, dim0, dim1)", a -> a.x().transpose(a.i("dim0"), a.i("dim1")), "swapaxes", "swapdims");
        table.add("permute(input, *dims)", a -> a.x().permute(a.ints("dims")));
        table.addUnary("t", x -> x.rank() < 2 ? x : x.t());
        table.addUnary("adjoint", x -> x.transpose(-2, -1));
        table.add(
                "movedim(input, source, destination)",
                a -> {
                    var from = a.ints("source");
                    var to = a.ints("destination");
                    int rank = a.x().rank();
                    var order = new int[rank];
                    Arrays.fill(order, -1);
                    for (int i = 0; i < from.length; i++) {
                        order[Math.floorMod(to[i], rank)] = Math.floorMod(from[i], rank);
                    }
                    var rest = IntStream.range(0, rank)
                            .filter(k -> Arrays.stream(from).noneMatch(f -> Math.floorMod(f, rank) == k))
                            .iterator();
                    return a.x().permute(Arrays.stream(order)
                            .map(k -> k < 0 ? rest.next() : k)
                            .toArray());
                },
                "moveaxis");
        table.add("expand(input, *size, implicit=False)", a -> a.x().expand(a.ints("size")), "broadcast_to");
        table.add("expand_as(input, other)", a -> a.x().expand(a.t("other").shape()));
        table.add("repeat(input, *repeats)", a -> a.x().repeat(a.ints("repeats")));
        table.add("tile(input, *dims)", a -> a.x().tile(a.ints("dims")));
        table.add("repeat_interleave(input, repeats, dim=None, output_size=None)", a -> {
            var x = a.has("dim") ? a.x() : a.x().flatten();
            int axis = a.has("dim") ? a.i("dim") : 0;
            return switch (a.value("repeats")) {
                case Tensor times -> x.repeatInterleave(times, axis);
                case List<?> _ -> x.repeatInterleave(Tensor.of(a.ints("repeats"), a.ints("repeats").length), axis);
                default -> x.repeatInterleave(a.i("repeats"), axis);
            };
        });
    }

    private static void cutting(Operators table) {
        table.add(
                "cat(tensors, dim=0)",
                a -> Tensor.cat(a.i("dim"), a.tensors("tensors").toArray(Tensor[]::new)),
                "concat",
                "concatenate");
        table.add("stack(tensors, dim=0)", a -> {
            var parts = a.tensors("tensors").toArray(Tensor[]::new);
            return Tensor.stack(Math.floorMod(a.i("dim"), parts[0].rank() + 1), parts);
        });
        table.add(
                "hstack(tensors)",
                a -> Tensor.cat(
                        a.tensors("tensors").get(0).rank() < 2 ? 0 : 1,
                        a.tensors("tensors").toArray(Tensor[]::new)));
        table.add(
                "vstack(tensors)",
                a -> Tensor.cat(
                        0,
                        a.tensors("tensors").stream()
                                .map(t -> t.rank() < 2 ? t.reshape(1, -1) : t)
                                .toArray(Tensor[]::new)));
        table.add(
                "split(input, split_size, dim=0)",
                a -> a.value("split_size") instanceof List<?>
                        ? a.x().splitSizes(a.i("dim"), a.ints("split_size"))
                        : a.x().split(a.i("dim"), a.i("split_size")));
        table.add(
                "split_with_sizes(input, split_sizes, dim=0)",
                a -> a.x().splitSizes(a.i("dim"), a.ints("split_sizes")));
        table.add("chunk(input, chunks, dim=0)", a -> a.x().chunk(a.i("chunks"), a.i("dim")));
        table.add(
                "unbind(input, dim=0)",
                a -> IntStream.range(0, a.x().size(a.i("dim")))
                        .mapToObj(i -> a.x().select(a.i("dim"), i))
                        .toList());
        table.add("narrow(input, dim, start, length)", a -> a.x().narrow(a.i("dim"), a.i("start"), a.i("length")));
        table.add("select(input, dim, index)", a -> a.x().select(a.i("dim"), a.i("index")));
        table.add(
                "slice(input, dim=0, start=None, end=None, step=1)",
                a -> a.x().slice(
                                a.i("dim"),
                                a.has("start") ? a.i("start") : 0,
                                a.has("end") ? (int) Math.min(Integer.MAX_VALUE, a.d("end")) : Integer.MAX_VALUE,
                                a.i("step")));
        table.add("diff(input, n=1, dim=-1, prepend=None, append=None)", a -> {
            var x = a.x();
            for (var end : List.of("prepend", "append")) {
                if (a.has(end)) {
                    x = end.equals("append")
                            ? Tensor.cat(a.i("dim"), x, a.t(end))
                            : Tensor.cat(a.i("dim"), a.t(end), x);
                }
            }
            for (int i = 0; i < a.i("n"); i++) {
                x = x.diff(a.i("dim"));
            }
            return x;
        });
        table.add(
                "unfold(input, dimension, size, step)", a -> a.x().unfold(a.i("dimension"), a.i("size"), a.i("step")));
        table.add(
                "im2col(input, kernel_size, dilation=1, padding=0, stride=1)",
                a -> a.x().im2col(
                                a.ints("kernel_size", 2),
                                a.ints("dilation", 2),
                                a.ints("padding", 2),
                                a.ints("stride", 2)));
        table.add(
                "col2im(input, output_size, kernel_size, dilation=1, padding=0, stride=1)",
                a -> a.x().col2im(
                                a.ints("output_size", 2),
                                a.ints("kernel_size", 2),
                                a.ints("dilation", 2),
                                a.ints("padding", 2),
                                a.ints("stride", 2)));
        table.add("pixel_shuffle(input, upscale_factor)", a -> a.x().pixelShuffle(a.i("upscale_factor")));
        table.add("pixel_unshuffle(input, downscale_factor)", a -> a.x().pixelUnshuffle(a.i("downscale_factor")));
    }

    private static void moving(Operators table) {
        table.add("flip(input, *dims)", a -> a.x().flip(a.ints("dims")));
        table.addUnary("fliplr", x -> x.flip(1));
        table.addUnary("flipud", x -> x.flip(0));
        table.add("roll(input, shifts, dims=None)", a -> {
            var shifts = a.ints("shifts");
            var dims = a.ints("dims");
            if (dims.length == 0) {
                return a.x().flatten().roll(shifts[0], 0).reshape(a.x().shape());
            }
            var x = a.x();
            for (int i = 0; i < dims.length; i++) {
                x = x.roll(shifts[i], dims[i]);
            }
            return x;
        });
        table.add("rot90(input, k=1, dims=[0, 1])", a -> {
            var dims = a.ints("dims");
            return a.x().rot90(a.i("k"), dims[0], dims[1]);
        });
        table.add("tril(input, diagonal=0)", a -> a.x().tril(a.i("diagonal")));
        table.add("triu(input, diagonal=0)", a -> a.x().triu(a.i("diagonal")));
        table.add(
                "diag(input, diagonal=0)",
                a -> a.x().rank() == 1 ? a.x().diagEmbed(a.i("diagonal")) : a.x().diagonal(a.i("diagonal")));
        table.add(
                "diagonal(input, offset=0, dim1=0, dim2=1)",
                a -> a.x().diagonal(a.i("offset"), a.i("dim1"), a.i("dim2")),
                "linalg_diagonal");
        table.add("diag_embed(input, offset=0, dim1=-2, dim2=-1)", a -> {
            if (a.i("dim1") != -2 || a.i("dim2") != -1) {
                throw new MissingOperator("torch.diag_embed into other axes than the last");
            }
            return a.x().diagEmbed(a.i("offset"));
        });
        table.add("trace(input)", a -> a.x().trace());
        table.add("meshgrid(tensors, indexing='ij')", a -> {
            var all = a.tensors("tensors");
            var sizes = Shape.of(all.stream().mapToInt(Tensor::numel).toArray());
            return IntStream.range(0, all.size())
                    .mapToObj(i -> {
                        var shape = new int[all.size()];
                        Arrays.fill(shape, 1);
                        shape[i] = all.get(i).numel();
                        return all.get(i).reshape(shape).expand(sizes);
                    })
                    .toList();
        });
    }

    private static void padding(Operators table) {
        table.add("constant_pad_nd(input, pad, value=0)", a -> constant(a));
        table.add(
                "pad(input, pad, mode='constant', value=None)",
                a -> a.s("mode").equals("constant") ? constant(a) : a.x().pad(mode(a.s("mode")), a.ints("pad")));
        for (int n = 1; n <= 3; n++) {
            table.add("reflection_pad" + n + "d(input, pad)", a -> a.x().pad(PadMode.REFLECT, a.ints("pad")));
            table.add("replication_pad" + n + "d(input, pad)", a -> a.x().pad(PadMode.REPLICATE, a.ints("pad")));
        }
        table.add("_pad_circular(input, pad)", a -> a.x().pad(PadMode.CIRCULAR, a.ints("pad")), "circular_pad");
    }

    private static Tensor constant(Arguments a) {
        return !a.has("value") || a.d("value") == 0
                ? a.x().pad(a.ints("pad"))
                : a.x().padConstant(a.d("value"), a.ints("pad"));
    }

    private static PadMode mode(String name) {
        return switch (name) {
            case "reflect" -> PadMode.REFLECT;
            case "replicate" -> PadMode.REPLICATE;
            case "circular" -> PadMode.CIRCULAR;
            default -> throw new MissingOperator("torch.pad in mode " + name);
        };
    }
}
