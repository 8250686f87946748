package soma.op;

import static soma.op.MethodTable.method;
import static soma.op.Row.arg;

import java.util.Arrays;
import java.util.List;
import soma.Shape;
import soma.Tensor;
import soma.op.Row.Arg;

/** Methods among {@link MethodTable}'s: Einstein summation. */
final class EinsumMethods {

    private EinsumMethods() {}

    static List<Row> rows() {
        return List.of(
                einsum("ij,jk->ik", "i3 j4 k2", arg(3, 4), arg(4, 2)),
                einsum("bij,bkj->bik", "b2 i3 j4 k5", arg(2, 3, 4), arg(2, 5, 4)),
                einsum("i,j->ij", "i3 j2", arg(3), arg(2)),
                einsum("ij->ji", "i3 j2", arg(3, 2)),
                einsum("ij->", "i3 j2", arg(3, 2)),
                einsum("ij->j", "i3 j2", arg(3, 2)),
                einsum("ii->i", "i3", arg(3, 3)),
                einsum("ii->", "i3", arg(3, 3)),
                einsum("iij,jk->ki", "i2 j3 k4", arg(2, 2, 3), arg(3, 4)),
                einsum("ij,jk,kl->il", "i2 j3 k4 l2", arg(2, 3), arg(3, 4), arg(4, 2)),
                einsum("ijk,ijk->", "i2 j3 k4", arg(2, 3, 4), arg(2, 3, 4)),
                einsum("bhqd,bhkd->bhqk", "b2 h2 q3 d4 k2", arg(2, 2, 3, 4), arg(2, 2, 2, 4)),
                einsum("ij,ik->ijk", "i2 j3 k4", arg(2, 3), arg(2, 4)),
                einsum("ij,kl->", "i2 j3 k2 l2", arg(2, 3), arg(2, 2)),
                method(
                        "einsum ...ij,...jk",
                        in -> Tensor.einsum("...ij,...jk", in.toArray(Tensor[]::new)),
                        in -> Twins.matmul(in[0], in[1], false, false),
                        arg(2, 3, 4),
                        arg(2, 4, 5)),
                method(
                        "einsum ba",
                        in -> Tensor.einsum("ba", in.get(0)),
                        in -> Nd.make(Shape.of(3, 2), i -> in[0].at(i[1], i[0])),
                        arg(2, 3)),
                method(
                        "einsum ...j,j->... of other sizes",
                        in -> Tensor.einsum("b...j,...j->...b", in.toArray(Tensor[]::new)),
                        in -> Nd.make(Shape.of(3, 2), i -> {
                            double sum = 0;
                            for (int j = 0; j < 4; j++) {
                                sum += in[0].at(i[1], 0, j) * in[1].at(i[0], j);
                            }
                            return sum;
                        }),
                        arg(2, 1, 4),
                        arg(3, 4)));
    }

    /** The definition: a loop over all letters. */
    private static Row einsum(String equation, String sizes, Arg... args) {
        var letters = sizes.replaceAll("[0-9 ]", "");
        var shape = Shape.of(Arrays.stream(sizes.split(" "))
                .mapToInt(s -> Integer.parseInt(s.substring(1)))
                .toArray());
        var sides = equation.split("->", -1);
        var terms = sides[0].split(",");
        return method(
                "einsum " + equation,
                in -> Tensor.einsum(equation, in.toArray(Tensor[]::new)),
                in -> {
                    var outShape = sides[1].chars()
                            .map(c -> shape.dim(letters.indexOf(c)))
                            .toArray();
                    var out = Nd.make(Shape.of(outShape), i -> 0);
                    Nd.make(shape, i -> {
                        double product = 1;
                        for (int t = 0; t < terms.length; t++) {
                            product *= in[t].at(terms[t].chars()
                                    .map(c -> i[letters.indexOf(c)])
                                    .toArray());
                        }
                        return out.data()[
                                out.place(sides[1].chars()
                                        .map(c -> i[letters.indexOf(c)])
                                        .toArray())] += product;
                    });
                    return out;
                },
                args);
    }
}
