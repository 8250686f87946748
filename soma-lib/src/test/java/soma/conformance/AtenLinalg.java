package soma.conformance;

import java.util.List;
import soma.Tensor;
import soma.TensorLinalg.MatrixNorm;

/** Linear algebra. */
final class AtenLinalg {
    private AtenLinalg() {}

    static void addTo(Operators table) {
        decompositions(table);
        table.addUnary("inverse", Tensor::inverse, "linalg_inv");
        table.addUnary("det", Tensor::det, "linalg_det");
        table.addUnary("logdet", Tensor::logdet);
        table.add(
                "slogdet(input)",
                a -> List.of(a.x().slogdet().sign(), a.x().slogdet().logAbs()),
                "linalg_slogdet");
        table.addUnary("matrix_exp", Tensor::matrixExp, "linalg_matrix_exp");
        table.add("pinverse(input, rcond=1e-15)", a -> a.x().pinverse(a.d("rcond")), "linalg_pinv");
        table.add("linalg_solve(A, B, left=True)", a -> {
            if (!a.b("left")) {
                return a.t("A")
                        .transpose(-2, -1)
                        .solve(a.t("B").transpose(-2, -1))
                        .transpose(-2, -1);
            }
            return a.t("A").solve(a.t("B"));
        });
        table.add("linalg_solve_triangular(A, B, upper, left=True, unitriangular=False)", a -> {
            if (!a.b("left")) {
                // x A = b is A^T x^T = b^T.
                return a.t("A")
                        .triangularSolve(a.t("B").transpose(-2, -1), a.b("upper"), true, a.b("unitriangular"))
                        .transpose(-2, -1);
            }
            return a.t("A").triangularSolve(a.t("B"), a.b("upper"), false, a.b("unitriangular"));
        });
        table.add(
                "triangular_solve(b, A, upper=True, transpose=False, unitriangular=False)",
                a -> List.of(
                        a.t("A").triangularSolve(a.t("b"), a.b("upper"), a.b("transpose"), a.b("unitriangular")),
                        a.t("A")));
        table.add("cholesky_solve(b, L, upper=False)", a -> {
            var first = a.t("L").triangularSolve(a.t("b"), a.b("upper"), a.b("upper"), false);
            return a.t("L").triangularSolve(first, a.b("upper"), !a.b("upper"), false);
        });
        table.add(
                "matrix_power(input, n)",
                a -> {
                    var x = a.i("n") < 0 ? a.x().inverse() : a.x();
                    var y = Tensor.eye(x.size(-1), x.dtype()).expand(x.shape());
                    for (int i = 0; i < Math.abs(a.i("n")); i++) {
                        y = y.matmul(x);
                    }
                    return y;
                },
                "linalg_matrix_power");
        table.add("linalg_matrix_norm(A, ord='fro', dim=[-2, -1], keepdim=False, dtype=None)", a -> {
            var dims = a.ints("dim");
            var x = a.t("A")
                    .moveAxis(dims[0], -1)
                    .moveAxis(
                            Math.floorMod(dims[1], a.t("A").rank())
                                            > Math.floorMod(dims[0], a.t("A").rank())
                                    ? Math.floorMod(dims[1], a.t("A").rank()) - 1
                                    : dims[1],
                            -1);
            return a.b("keepdim") ? a.t("A").keepdim(_ -> matrixNorm(x, a.s("ord")), dims) : matrixNorm(x, a.s("ord"));
        });
        table.add("linalg_norm(A, ord=None, dim=None, keepdim=False, dtype=None)", a -> {
            var x = a.t("A");
            if (a.b("keepdim")) {
                throw new MissingOperator("torch.linalg_norm with keepdim");
            }
            if (!a.has("ord")) {
                return x.norm(a.ints("dim"));
            }
            boolean matrix = a.has("dim") ? a.ints("dim").length == 2 : x.rank() == 2;
            return matrix ? matrixNorm(x, a.s("ord")) : x.norm(a.d("ord"), a.ints("dim"));
        });
        table.add("nuclear_norm(input, keepdim=False)", a -> matrixNorm(a.x(), "nuc"));
        table.add("frobenius_norm(input, dim=[-2, -1], keepdim=False)", a -> a.x().norm(a.ints("dim")));
    }

    private static void decompositions(Operators table) {
        table.add(
                "cholesky(input, upper=False)",
                a -> a.b("upper") ? a.x().cholesky().transpose(-2, -1) : a.x().cholesky(),
                "linalg_cholesky");
        table.add("linalg_qr(A, mode='reduced')", a -> {
            if (!a.s("mode").equals("reduced")) {
                throw new MissingOperator("torch.linalg_qr in mode " + a.s("mode"));
            }
            return List.of(a.t("A").qr().q(), a.t("A").qr().r());
        });
        table.add("qr(input, some=True)", a -> {
            if (!a.b("some")) {
                throw new MissingOperator("torch.qr in full");
            }
            var parts = a.x().qr();
            return List.of(parts.q(), parts.r());
        });
        table.add("linalg_svd(A, full_matrices=True, driver=None)", a -> {
            if (a.b("full_matrices") && a.t("A").size(-1) != a.t("A").size(-2)) {
                throw new MissingOperator("torch.linalg_svd in full");
            }
            var parts = a.t("A").svd();
            return List.of(parts.u(), parts.s(), parts.vt());
        });
        table.add("svd(input, some=True, compute_uv=True)", a -> {
            var parts = a.x().svd();
            return List.of(parts.u(), parts.s(), parts.vt().transpose(-2, -1));
        });
        table.add("linalg_svdvals(A, driver=None)", a -> a.t("A").svd().s());
        table.add("linalg_eigh(A, UPLO='L')", a -> {
            var parts = triangle(a).eigh();
            return List.of(parts.values(), parts.vectors());
        });
        table.add("linalg_eigvalsh(A, UPLO='L')", a -> triangle(a).eigh().values());
    }

    private static Tensor triangle(Arguments a) {
        return a.s("UPLO").equals("U") ? a.t("A").transpose(-2, -1) : a.t("A");
    }

    static Tensor matrixNorm(Tensor x, String ord) {
        return switch (ord) {
            case "fro" -> x.matrixNorm(MatrixNorm.FROBENIUS);
            case "nuc" -> x.matrixNorm(MatrixNorm.NUCLEAR);
            case "2", "2.0" -> x.matrixNorm(MatrixNorm.SPECTRAL);
            case "1", "1.0" -> x.matrixNorm(MatrixNorm.ONE);
            case "inf", "Infinity" -> x.matrixNorm(MatrixNorm.INFINITY);
            case "-2", "-2.0" -> x.svd().s().amin(-1);
            case "-1", "-1.0" -> x.abs().sum(-2).amin(-1);
            case "-inf", "-Infinity" -> x.abs().sum(-1).amin(-1);
            default -> throw new MissingOperator("a matrix norm of order " + ord);
        };
    }
}
