package soma.conformance;

import soma.Shape;
import soma.Tensor;

/** Matrix products and convolutions. */
final class AtenProducts {
    private AtenProducts() {}

    static void addTo(Operators table) {
        table.add("matmul(input, other)", a -> a.x().matmul(a.t("other")), "mm", "bmm", "mv", "linalg_matmul");
        table.add("dot(input, other)", a -> a.x().dot(a.t("other")), "vdot");
        table.add(
                "inner(input, other)",
                a -> a.x().matmul(
                                a.t("other").rank() < 2
                                        ? a.t("other")
                                        : a.t("other").t()));
        table.add("outer(input, other)", a -> a.x().outer(a.t("other")), "ger");
        table.add(
                "addmm(input, mat1, mat2, beta=1, alpha=1)",
                a -> a.x().addmm(a.t("mat1"), a.t("mat2"), a.d("beta"), a.d("alpha")),
                "baddbmm",
                "addmv");
        table.add(
                "addbmm(input, batch1, batch2, beta=1, alpha=1)",
                a -> a.x().mul(a.d("beta"))
                        .add(a.t("batch1").matmul(a.t("batch2")).sum(0).mul(a.d("alpha"))));
        table.add(
                "addr(input, vec1, vec2, beta=1, alpha=1)",
                a -> a.x().mul(a.d("beta")).add(a.t("vec1").outer(a.t("vec2")).mul(a.d("alpha"))));
        table.add(
                "einsum(equation, *operands)",
                a -> Tensor.einsum(a.s("equation"), a.tensors("operands").toArray(Tensor[]::new)));
        table.add("kron(input, other)", a -> a.x().kron(a.t("other")));
        table.add("bilinear(input1, input2, weight, bias=None)", a -> {
            var weight = a.t("weight");
            var zeros = Tensor.zeros(weight.dtype(), Shape.of(weight.size(0)));
            return a.t("input1").bilinear(a.t("input2"), weight, a.t("bias", zeros));
        });
        table.add("cdist(x1, x2, p=2, compute_mode=None)", a -> a.t("x1").cdist(a.t("x2"), a.d("p")));
        table.add(
                "cosine_similarity(x1, x2, dim=1, eps=1e-8)",
                a -> a.t("x1").cosineSimilarity(a.t("x2"), a.i("dim"), a.d("eps")));
        table.add("pairwise_distance(x1, x2, p=2, eps=1e-6, keepdim=False)", a -> {
            var d = a.t("x1").sub(a.t("x2")).add(a.d("eps"));
            return a.b("keepdim") ? d.keepdim(t -> t.norm(a.d("p"), -1), -1) : d.norm(a.d("p"), -1);
        });
        table.add("linear(input, weight, bias=None)", a -> {
            var y = a.x().matmul(
                            a.t("weight").rank() == 1
                                    ? a.t("weight")
                                    : a.t("weight").t());
            return a.has("bias") ? y.add(a.t("bias")) : y;
        });
        table.add("tensordot(input, other, dims_self, dims_other)", a -> {
            var letters = "abcdefghijklmnopqrstuvwxyz";
            var left = letters.substring(0, a.x().rank()).toCharArray();
            var right = letters.substring(13, 13 + a.t("other").rank()).toCharArray();
            var from = a.ints("dims_self");
            var to = a.ints("dims_other");
            var out = new StringBuilder();
            for (int i = 0; i < from.length; i++) {
                right[Math.floorMod(to[i], right.length)] = left[Math.floorMod(from[i], left.length)];
            }
            for (char c : left) {
                out.append(new String(right).indexOf(c) < 0 ? "" + c : "");
            }
            for (char c : right) {
                out.append(new String(left).indexOf(c) < 0 ? "" + c : "");
            }
            return Tensor.einsum(new String(left) + "," + new String(right) + "->" + out, a.x(), a.t("other"));
        });
        convolutions(table);
    }

    private static void convolutions(Operators table) {
        for (int n = 1; n <= 3; n++) {
            int axes = n;
            table.add(
                    "conv" + n + "d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1)",
                    a -> conv(a, axes));
            table.add(
                    "conv_transpose" + n
                            + "d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1,"
                            + " dilation=1)",
                    a -> transposed(a, axes));
        }
        table.add(
                "convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)",
                a -> {
                    int axes = a.x().rank() - 2;
                    return a.b("transposed") ? transposed(a, axes) : conv(a, axes);
                },
                "_convolution");
    }

    private static Tensor conv(Arguments a, int axes) {
        var x = batched(a.x(), axes);
        var weight = a.t("weight");
        if (a.value("padding") instanceof String s && s.equals("same")) {
            return finished(a, axes, x.convSame(weight, a.ints("dilation", axes), a.i("groups")));
        }
        int[] padding = a.value("padding") instanceof String ? new int[axes] : a.ints("padding", axes);
        return finished(
                a, axes, x.conv(weight, a.ints("stride", axes), padding, a.ints("dilation", axes), a.i("groups")));
    }

    private static Tensor transposed(Arguments a, int axes) {
        return finished(
                a,
                axes,
                batched(a.x(), axes)
                        .convTranspose(
                                a.t("weight"),
                                a.ints("stride", axes),
                                a.ints("padding", axes),
                                a.ints("output_padding", axes),
                                a.ints("dilation", axes),
                                a.i("groups")));
    }

    private static Tensor batched(Tensor x, int axes) {
        return x.rank() == axes + 1 ? x.unsqueeze(0) : x;
    }

    /** With the bias, and without the batch axis that the input did not have. */
    private static Tensor finished(Arguments a, int axes, Tensor y) {
        if (a.has("bias")) {
            var b = a.t("bias");
            var shape = new int[axes + 1];
            java.util.Arrays.fill(shape, 1);
            shape[0] = b.numel();
            y = y.add(b.reshape(shape));
        }
        return a.x().rank() == axes + 1 ? y.squeeze(0) : y;
    }
}
