package soma.conformance;

import soma.nn.BceLoss;
import soma.nn.BceWithLogitsLoss;
import soma.nn.CrossEntropyLoss;
import soma.nn.CtcLoss;
import soma.nn.Loss;
import soma.nn.NllLoss;

/** Losses, as those of soma.nn. */
final class AtenLosses {
    private AtenLosses() {}

    static void addTo(Operators table) {
        classes(table);
        numbers(table);
        margins(table);
        table.add(
                "ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction=1,"
                        + " zero_infinity=False)",
                a -> {
                    var loss = new CtcLoss(a.i("blank"), a.reduction(), a.b("zero_infinity"));
                    return loss.of(a.t("log_probs"), a.t("targets"), a.ints("input_lengths"), a.ints("target_lengths"));
                });
    }

    private static void classes(Operators table) {
        table.add(
                "cross_entropy_loss(input, target, weight=None, reduction=1, ignore_index=-100, label_smoothing=0.0)",
                a -> {
                    var loss = new CrossEntropyLoss()
                            .reduction(a.reduction())
                            .ignoreIndex(a.i("ignore_index"))
                            .labelSmoothing(a.d("label_smoothing"));
                    return (a.has("weight") ? loss.weight(a.t("weight")) : loss).of(a.x(), a.t("target"));
                },
                "cross_entropy");
        table.add(
                "nll_loss(input, target, weight=None, reduction=1, ignore_index=-100)",
                a -> {
                    var loss = new NllLoss().reduction(a.reduction()).ignoreIndex(a.i("ignore_index"));
                    return (a.has("weight") ? loss.weight(a.t("weight")) : loss).of(a.x(), a.t("target"));
                },
                "nll_loss2d",
                "nll_loss_nd");
        table.add("binary_cross_entropy(input, target, weight=None, reduction=1)", a -> {
            var loss = new BceLoss().reduction(a.reduction());
            return (a.has("weight") ? loss.weight(a.t("weight")) : loss).of(a.x(), a.t("target"));
        });
        table.add("binary_cross_entropy_with_logits(input, target, weight=None, pos_weight=None, reduction=1)", a -> {
            var loss = new BceWithLogitsLoss().reduction(a.reduction());
            loss = a.has("weight") ? loss.weight(a.t("weight")) : loss;
            return (a.has("pos_weight") ? loss.posWeight(a.t("pos_weight")) : loss).of(a.x(), a.t("target"));
        });
        table.add("multi_margin_loss(input, target, p=1, margin=1, weight=None, reduction=1)", a -> {
            if (a.has("weight")) {
                throw new MissingOperator("torch.multi_margin_loss with weights");
            }
            return Loss.multiMargin(a.x(), a.t("target"), a.i("p"), a.d("margin"), a.reduction());
        });
        table.add(
                "kl_div(input, target, reduction=1, log_target=False)",
                a -> Loss.klDiv(a.x(), a.t("target"), a.b("log_target"), a.reduction()));
    }

    private static void numbers(Operators table) {
        table.add("mse_loss(input, target, reduction=1)", a -> Loss.mse(a.x(), a.t("target"), a.reduction()));
        table.add("l1_loss(input, target, reduction=1)", a -> Loss.l1(a.x(), a.t("target"), a.reduction()));
        table.add(
                "smooth_l1_loss(input, target, reduction=1, beta=1.0)",
                a -> Loss.smoothL1(a.x(), a.t("target"), a.d("beta"), a.reduction()));
        table.add(
                "huber_loss(input, target, reduction=1, delta=1.0)",
                a -> Loss.huber(a.x(), a.t("target"), a.d("delta"), a.reduction()));
        table.add("poisson_nll_loss(input, target, log_input=True, full=False, eps=1e-8, reduction=1)", a -> {
            if (a.d("eps") != 1e-8) {
                throw new MissingOperator("torch.poisson_nll_loss with eps " + a.d("eps"));
            }
            return Loss.poissonNll(a.x(), a.t("target"), a.b("log_input"), a.b("full"), a.reduction());
        });
        table.add(
                "gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction=1)",
                a -> Loss.gaussianNll(a.x(), a.t("target"), a.t("var"), a.b("full"), a.d("eps"), a.reduction()));
    }

    private static void margins(Operators table) {
        table.add(
                "hinge_embedding_loss(input, target, margin=1.0, reduction=1)",
                a -> Loss.hingeEmbedding(a.x(), a.t("target"), a.d("margin"), a.reduction()));
        table.add(
                "soft_margin_loss(input, target, reduction=1)",
                a -> Loss.softMargin(a.x(), a.t("target"), a.reduction()));
        table.add(
                "margin_ranking_loss(input1, input2, target, margin=0.0, reduction=1)",
                a -> Loss.marginRanking(a.t("input1"), a.t("input2"), a.t("target"), a.d("margin"), a.reduction()));
        table.add(
                "cosine_embedding_loss(input1, input2, target, margin=0.0, reduction=1)",
                a -> Loss.cosineEmbedding(a.t("input1"), a.t("input2"), a.t("target"), a.d("margin"), a.reduction()));
        table.add(
                "triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction=1)",
                a -> {
                    if (a.d("eps") != 1e-6) {
                        throw new MissingOperator("torch.triplet_margin_loss with eps " + a.d("eps"));
                    }
                    return Loss.tripletMargin(
                            a.t("anchor"),
                            a.t("positive"),
                            a.t("negative"),
                            a.d("margin"),
                            a.d("p"),
                            a.b("swap"),
                            a.reduction());
                });
    }
}
