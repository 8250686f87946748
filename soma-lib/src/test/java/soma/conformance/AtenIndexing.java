package soma.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import soma.DType;
import soma.Tensor;
import soma.TensorIndexing.Bag;

/** Choosing by index and writing to chosen places. */
final class AtenIndexing {
    private AtenIndexing() {}

    static void addTo(Operators table) {
        table.add("gather(input, dim, index, sparse_grad=False)", a -> a.x().gather(a.i("dim"), a.t("index")));
        table.add("take_along_dim(input, indices, dim)", a -> a.x().gather(a.i("dim"), a.t("indices")));
        table.add("scatter(input, dim, index, src=None, value=None, reduce=None)", a -> {
            var source = a.has("src") ? a.value("src") : a.value("value");
            if (a.has("reduce")) {
                if (!a.s("reduce").equals("add")) {
                    throw new MissingOperator("torch.scatter with reduce " + a.s("reduce"));
                }
                return a.x().scatterAdd(a.i("dim"), a.t("index"), a.tensor(source));
            }
            return source instanceof Tensor t
                    ? a.x().scatter(a.i("dim"), a.t("index"), t)
                    : a.x().scatter(a.i("dim"), a.t("index"), Arguments.number(source));
        });
        table.add("scatter_add(input, dim, index, src)", a -> a.x().scatterAdd(a.i("dim"), a.t("index"), a.t("src")));
        table.add("index_select(input, dim, index)", a -> a.x().indexSelect(a.i("dim"), a.t("index")));
        table.add(
                "index_add(input, dim, index, source, alpha=1)",
                a -> a.x().indexAdd(a.i("dim"), a.t("index"), a.t("source"), a.d("alpha")));
        table.add("take(input, index)", a -> a.x().flatten().take(0, a.t("index")));
        table.add("index(input, indices)", a -> Subscripts.indexTensors(a.x(), indices(a)));
        table.add("index_put(input, indices, values, accumulate=False)", a -> {
            // Places are numbered in the tensor made flat, so that an index that skips axes needs no care of its own.
            var x = a.x();
            var places = Subscripts.indexTensors(Tensor.arange(x.numel()).reshape(x.shape()), indices(a));
            var values = a.t("values").to(x.dtype()).expand(places.shape()).flatten();
            return indices(a).contains(null)
                    ? x.flatten()
                            .indexPut(values, a.b("accumulate"), places.flatten())
                            .reshape(x.shape())
                    : x.indexPut(a.t("values"), a.b("accumulate"), indices(a).toArray(Tensor[]::new));
        });
        table.add("masked_fill(input, mask, value)", a -> a.x().maskedFill(a.t("mask"), a.d("value")));
        table.add("masked_select(input, mask)", a -> a.x().maskedSelect(a.t("mask")));
        table.add("nonzero(input)", a -> a.x().nonzero());
        table.add(
                "one_hot(input, num_classes=-1)",
                a -> a.x().oneHot(
                                a.i("num_classes") >= 0
                                        ? a.i("num_classes")
                                        : (int) a.x().max().item() + 1));
        table.add("embedding(weight, indices, padding_idx=-1, scale_grad_by_freq=False, sparse=False)", a -> {
            refuse(a, "scale_grad_by_freq");
            return a.t("weight").embedding(a.t("indices"), a.i("padding_idx"));
        });
        table.add(
                "embedding_bag(weight, indices, offsets, scale_grad_by_freq=False, mode=0, sparse=False,"
                        + " per_sample_weights=None, include_last_offset=False, padding_idx=None)",
                a -> {
                    refuse(a, "scale_grad_by_freq");
                    refuse(a, "include_last_offset");
                    if (a.has("per_sample_weights") || a.has("padding_idx") && a.i("padding_idx") >= 0) {
                        throw new MissingOperator("torch.embedding_bag with weights or padding");
                    }
                    var mode = switch (a.s("mode")) {
                        case "0", "sum" -> Bag.SUM;
                        case "1", "mean" -> Bag.MEAN;
                        default -> Bag.MAX;
                    };
                    var index = a.t("indices");
                    if (index.rank() == 2 && !a.has("offsets")) {
                        return a.t("weight")
                                .embeddingBag(
                                        index.flatten(),
                                        Tensor.arange(index.size(0)).mul(index.size(1)),
                                        mode);
                    }
                    // The other three results of ATen's operator are what its backward pass needs.
                    return List.of(a.t("weight").embeddingBag(index, a.t("offsets"), mode));
                });
        table.add("segment_sum(input, index, segments)", a -> a.x().segmentSum(a.t("index"), a.i("segments")));
        table.add(
                "unique(input, sorted=True, return_inverse=False, return_counts=False)",
                a -> {
                    var u = a.x().unique();
                    return List.of(u.values(), u.inverse(), u.counts());
                },
                "_unique2");
    }

    private static void refuse(Arguments a, String flag) {
        if (a.has(flag) && a.b(flag)) {
            throw new MissingOperator(flag);
        }
    }

    /** Index tensors by axis, null where a whole axis is taken; masks become the places that they mark. */
    private static List<Tensor> indices(Arguments a) {
        var out = new ArrayList<Tensor>();
        for (var item : a.list("indices")) {
            if (item instanceof Tensor t && t.dtype() == DType.BOOL) {
                var places = t.nonzero();
                for (int i = 0; i < t.rank(); i++) {
                    out.add(places.select(1, i));
                }
            } else {
                out.add(item == null ? null : a.tensor(item));
            }
        }
        return Arrays.asList(out.toArray(Tensor[]::new));
    }
}
