package soma.conformance;

import java.util.List;
import java.util.function.UnaryOperator;
import soma.Tensor;
import soma.TensorOrdering.Ordered;

/** Sums and their kin, order along an axis, running values. */
final class AtenReductions {
    private AtenReductions() {}

    static void addTo(Operators table) {
        table.add("sum(input, dim=None, keepdim=False, dtype=None)", a -> {
            var x = a.x().to(a.dtype("dtype", a.x().dtype()));
            return kept(x, a, x2 -> x2.sum(a.ints("dim")));
        });
        table.add("mean(input, dim=None, keepdim=False, dtype=None)", a -> {
            var x = a.x().to(a.dtype("dtype", a.x().dtype()));
            return kept(x, a, x2 -> x2.mean(a.ints("dim")));
        });
        table.add("prod(input, dim=None, keepdim=False, dtype=None)", a -> kept(a.x(), a, x -> x.prod(a.ints("dim"))));
        table.add("amax(input, dim=None, keepdim=False)", a -> kept(a.x(), a, x -> x.amax(a.ints("dim"))));
        table.add("amin(input, dim=None, keepdim=False)", a -> kept(a.x(), a, x -> x.amin(a.ints("dim"))));
        table.add("any(input, dim=None, keepdim=False)", a -> kept(a.x(), a, x -> x.any(a.ints("dim"))));
        table.add("all(input, dim=None, keepdim=False)", a -> kept(a.x(), a, x -> x.all(a.ints("dim"))));
        table.add(
                "logsumexp(input, dim, keepdim=False)",
                a -> kept(a.x(), a, x -> x.logsumexp(a.ints("dim"))),
                "special_logsumexp");
        table.add("max(input, dim=None, keepdim=False, other=None)", a -> extreme(a, true));
        table.add("min(input, dim=None, keepdim=False, other=None)", a -> extreme(a, false));
        table.add(
                "argmax(input, dim=None, keepdim=False)",
                a -> a.has("dim") ? kept(a.x(), a, x -> x.argmax(a.i("dim"))) : a.x().argmax());
        table.add(
                "argmin(input, dim=None, keepdim=False)",
                a -> a.has("dim") ? kept(a.x(), a, x -> x.argmin(a.i("dim"))) : a.x().argmin());
        table.add("var(input, dim=None, unbiased=True, keepdim=False, correction=None)", a -> spread(a, true));
        table.add("std(input, dim=None, unbiased=True, keepdim=False, correction=None)", a -> spread(a, false));
        table.add(
                "var_mean(input, dim=None, unbiased=True, keepdim=False, correction=None)",
                a -> List.of(spread(a, true), kept(a.x(), a, x -> x.mean(a.ints("dim")))));
        table.add(
                "std_mean(input, dim=None, unbiased=True, keepdim=False, correction=None)",
                a -> List.of(spread(a, false), kept(a.x(), a, x -> x.mean(a.ints("dim")))));
        table.add("norm(input, p=2, dim=None, keepdim=False, dtype=None)", AtenReductions::norm);
        table.add(
                "linalg_vector_norm(input, ord=2, dim=None, keepdim=False, dtype=None)",
                a -> kept(a.x(), a, x -> x.norm(a.d("ord"), a.ints("dim"))));
        table.add("dist(input, other, p=2)", a -> a.x().sub(a.t("other")).norm(a.d("p")));
        table.add(
                "median(input, dim=None, keepdim=False)",
                a -> a.has("dim") ? pair(a, a.x().median(a.i("dim"))) : a.x().median());
        table.add("kthvalue(input, k, dim=-1, keepdim=False)", a -> pair(a, a.x().kthvalue(a.i("k"), a.i("dim"))));
        table.add("sort(input, dim=-1, descending=False, stable=None)", a -> {
            // sort.stable has its flag first: sort(x, stable, dim, descending).
            var o = a.x().sort(a.i("dim"), a.b("descending"));
            return List.of(o.values(), o.indices());
        });
        table.add("argsort(input, dim=-1, descending=False)", a -> a.x().argsort(a.i("dim"), a.b("descending")));
        table.add("msort(input)", a -> a.x().sort(0).values());
        table.add("topk(input, k, dim=-1, largest=True, sorted=True)", a -> {
            var o = a.x().topk(a.i("k"), a.i("dim"), a.b("largest"));
            return List.of(o.values(), o.indices());
        });
        table.add("cumsum(input, dim, dtype=None)", a -> a.x().cumsum(a.i("dim")));
        table.add("cumprod(input, dim, dtype=None)", a -> a.x().cumprod(a.i("dim")));
        table.add("logcumsumexp(input, dim)", a -> a.x().logcumsumexp(a.i("dim")));
        table.add("cummax(input, dim)", a -> {
            var o = a.x().cummax(a.i("dim"));
            return List.of(o.values(), o.indices());
        });
        table.add("cummin(input, dim)", a -> {
            var o = a.x().cummin(a.i("dim"));
            return List.of(o.values(), o.indices());
        });
    }

    private static Tensor kept(Tensor x, Arguments a, UnaryOperator<Tensor> f) {
        return a.b("keepdim") ? x.keepdim(f, a.ints("dim")) : f.apply(x);
    }

    private static List<Tensor> pair(Arguments a, Ordered o) {
        int axis = a.i("dim");
        return a.b("keepdim")
                ? List.of(unsqueezed(o.values(), axis), unsqueezed(o.indices(), axis))
                : List.of(o.values(), o.indices());
    }

    private static Tensor unsqueezed(Tensor t, int axis) {
        return t.unsqueeze(axis < 0 ? axis + t.rank() + 1 : axis);
    }

    private static Object extreme(Arguments a, boolean max) {
        var x = a.x();
        var other = a.has("other") ? a.t("other") : a.value("dim") instanceof Tensor t ? t : null;
        if (other != null) {
            return max ? x.maximum(other) : x.minimum(other);
        }
        if (!a.has("dim")) {
            return max ? x.max() : x.min();
        }
        int axis = a.i("dim");
        return List.of(
                kept(x, a, t -> max ? t.max(axis) : t.min(axis)),
                kept(x, a, t -> max ? t.argmax(axis) : t.argmin(axis)));
    }

    private static Tensor spread(Arguments a, boolean var) {
        // var(x, unbiased) and var(x, dim, unbiased, keepdim) are two overloads.
        boolean flagFirst = a.value("dim") instanceof Boolean;
        boolean unbiased = flagFirst ? a.b("dim") : a.b("unbiased");
        if (a.has("correction")) {
            if (a.d("correction") != 0 && a.d("correction") != 1) {
                throw new MissingOperator("torch.var with correction " + a.value("correction"));
            }
            unbiased = a.d("correction") == 1;
        }
        boolean u = unbiased;
        int[] axes = flagFirst ? new int[0] : a.ints("dim");
        UnaryOperator<Tensor> f = x -> var ? x.var(u, axes) : x.std(u, axes);
        return a.b("keepdim") ? a.x().keepdim(f, axes) : f.apply(a.x());
    }

    private static Tensor norm(Arguments a) {
        if (a.value("p") instanceof String s && s.equals("nuc")) {
            return AtenLinalg.matrixNorm(a.x(), "nuc");
        }
        double p = !a.has("p") || a.value("p").equals("fro") ? 2 : a.d("p");
        return kept(a.x(), a, x -> x.norm(p, a.ints("dim")));
    }
}
