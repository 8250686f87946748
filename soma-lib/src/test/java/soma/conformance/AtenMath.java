package soma.conformance;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import soma.DType;
import soma.Tensor;

/** Functions of single numbers. */
final class AtenMath {
    private AtenMath() {}

    static void addTo(Operators table) {
        unary(table);
        binary(table);
        activations(table);
    }

    private static void unary(Operators table) {
        Map<String, UnaryOperator<Tensor>> functions = Map.ofEntries(
                Map.entry("abs", Tensor::abs),
                Map.entry("acos", Tensor::acos),
                Map.entry("acosh", Tensor::acosh),
                Map.entry("asin", Tensor::asin),
                Map.entry("asinh", Tensor::asinh),
                Map.entry("atan", Tensor::atan),
                Map.entry("atanh", Tensor::atanh),
                Map.entry("ceil", Tensor::ceil),
                Map.entry("cos", Tensor::cos),
                Map.entry("cosh", Tensor::cosh),
                Map.entry("digamma", Tensor::digamma),
                Map.entry("erf", Tensor::erf),
                Map.entry("erfc", Tensor::erfc),
                Map.entry("erfinv", Tensor::erfinv),
                Map.entry("exp", Tensor::exp),
                Map.entry("exp2", Tensor::exp2),
                Map.entry("expm1", Tensor::expm1),
                Map.entry("floor", Tensor::floor),
                Map.entry("lgamma", Tensor::lgamma),
                Map.entry("log", Tensor::log),
                Map.entry("log10", Tensor::log10),
                Map.entry("log1p", Tensor::log1p),
                Map.entry("log2", Tensor::log2),
                Map.entry("neg", Tensor::neg),
                Map.entry("reciprocal", Tensor::reciprocal),
                Map.entry("round", Tensor::round),
                Map.entry("rsqrt", Tensor::rsqrt),
                Map.entry("sigmoid", Tensor::sigmoid),
                Map.entry("sign", Tensor::sign),
                Map.entry("sin", Tensor::sin),
                Map.entry("sinh", Tensor::sinh),
                Map.entry("sqrt", Tensor::sqrt),
                Map.entry("square", Tensor::square),
                Map.entry("tan", Tensor::tan),
                Map.entry("tanh", Tensor::tanh),
                Map.entry("trunc", Tensor::trunc));
        functions.forEach((name, f) -> table.addUnary(name, f, "special_" + name));
        table.addUnary("absolute", Tensor::abs);
        table.addUnary("negative", Tensor::neg);
        table.addUnary("sgn", Tensor::sign);
        table.addUnary("fix", Tensor::trunc);
        table.addUnary("frac", x -> x.sub(x.trunc()));
        table.addUnary("arcsin", Tensor::asin);
        table.addUnary("arccos", Tensor::acos);
        table.addUnary("arctan", Tensor::atan);
        table.addUnary("arcsinh", Tensor::asinh);
        table.addUnary("arccosh", Tensor::acosh);
        table.addUnary("arctanh", Tensor::atanh);
        table.addUnary("special_psi", Tensor::digamma, "special_gammaln_derivative");
        table.addUnary("special_gammaln", Tensor::lgamma);
        table.addUnary("special_expit", Tensor::sigmoid);
        table.addUnary("isnan", Tensor::isNan);
        table.addUnary("isinf", Tensor::isInf);
        table.addUnary("isfinite", x -> x.isNan().logicalOr(x.isInf()).logicalNot());
        table.addUnary("logical_not", Tensor::logicalNot, "bitwise_not");
        table.add(
                "polygamma(n, input)",
                a -> a.value("n") instanceof Tensor x ? x.polygamma(a.i("input")) : a.x().polygamma(a.i("n")));
        table.add(
                "logit(input, eps=None)",
                a -> {
                    var x = a.has("eps") ? a.x().clamp(a.d("eps"), 1 - a.d("eps")) : a.x();
                    return x.div(x.neg().add(1)).log();
                },
                "special_logit");
    }

    private static void binary(Operators table) {
        Map<String, BiFunction<Tensor, Tensor, Tensor>> functions = Map.ofEntries(
                Map.entry("mul", Tensor::mul),
                Map.entry("multiply", Tensor::mul),
                Map.entry("maximum", Tensor::maximum),
                Map.entry("minimum", Tensor::minimum),
                Map.entry("fmod", Tensor::fmod),
                Map.entry("remainder", Tensor::remainder),
                Map.entry("floor_divide", Tensor::floorDivide),
                Map.entry("true_divide", Tensor::div),
                Map.entry("atan2", Tensor::atan2),
                Map.entry("arctan2", Tensor::atan2),
                Map.entry("hypot", Tensor::hypot),
                Map.entry("logaddexp", Tensor::logAddExp),
                Map.entry("xlogy", Tensor::xlogy),
                Map.entry("special_xlogy", Tensor::xlogy),
                Map.entry("eq", Tensor::eq),
                Map.entry("ne", Tensor::ne),
                Map.entry("lt", Tensor::lt),
                Map.entry("le", Tensor::le),
                Map.entry("gt", Tensor::gt),
                Map.entry("ge", Tensor::ge),
                Map.entry("logical_and", Tensor::logicalAnd),
                Map.entry("logical_or", Tensor::logicalOr),
                Map.entry("logical_xor", Tensor::logicalXor),
                Map.entry("bitwise_and", Tensor::logicalAnd),
                Map.entry("bitwise_or", Tensor::logicalOr),
                Map.entry("bitwise_xor", Tensor::logicalXor));
        functions.forEach((name, f) ->
                table.add(name + "(input, other)", a -> f.apply(like(a, "input", "other"), like(a, "other", "input"))));
        table.add("pow(input, exponent)", a -> Arithmetic.binary("**", a.value("input"), a.value("exponent")));
        table.add(
                "float_power(input, exponent)",
                a -> a.x().to(DType.FLOAT64).pow(a.t("exponent").to(DType.FLOAT64)));
        table.add("add(input, other, alpha=1)", a -> Arithmetic.binary("+", a.value("input"), scaled(a)));
        table.add("sub(input, other, alpha=1)", a -> Arithmetic.binary("-", a.value("input"), scaled(a)), "subtract");
        table.add("rsub(input, other, alpha=1)", a -> a.t("other").sub(a.x().mul(a.d("alpha"))));
        table.add(
                "div(input, other, rounding_mode=None)",
                a -> {
                    var y = (Tensor) Arithmetic.binary("/", a.value("input"), a.value("other"));
                    return !a.has("rounding_mode") ? y : a.s("rounding_mode").equals("floor") ? y.floor() : y.trunc();
                },
                "divide");
        table.add(
                "where(condition, input, other)",
                a -> Tensor.where(a.t("condition"), like(a, "input", "other"), like(a, "other", "input")));
        table.add(
                "lerp(input, end, weight)",
                a -> a.value("weight") instanceof Tensor w
                        ? a.x().lerp(a.t("end"), w)
                        : a.x().lerp(a.t("end"), a.d("weight")));
        table.add(
                "addcmul(input, tensor1, tensor2, value=1)",
                a -> a.x().add(a.t("tensor1").mul(a.t("tensor2")).mul(a.d("value"))));
        table.add(
                "addcdiv(input, tensor1, tensor2, value=1)",
                a -> a.x().add(a.t("tensor1").div(a.t("tensor2")).mul(a.d("value"))));
        table.add("clamp(input, min=None, max=None)", AtenMath::clamp, "clip");
        table.add("clamp_min(input, min)", a -> clampMin(a.x(), a.value("min")));
        table.add("clamp_max(input, max)", a -> clampMax(a.x(), a.value("max")));
    }

    private static Object scaled(Arguments a) {
        return a.d("alpha") == 1 ? a.value("other") : a.t("other").mul(a.d("alpha"));
    }

    /** A number beside a tensor takes its dtype. */
    private static Tensor like(Arguments a, String name, String other) {
        return !(a.value(name) instanceof Tensor)
                        && a.value(other) instanceof Tensor o
                        && o.dtype().isFloating()
                ? Tensor.scalar(a.d(name), o.dtype())
                : a.t(name);
    }

    private static Tensor clamp(Arguments a) {
        var x = a.x();
        if (!(a.value("min") instanceof Tensor) && !(a.value("max") instanceof Tensor)) {
            if (!a.has("min") && a.has("max")) {
                return clampMax(x, a.value("max"));
            }
            return a.has("max") ? x.clamp(a.d("min"), a.d("max")) : clampMin(x, a.value("min"));
        }
        if (a.has("min") && a.has("max")) {
            return x.clamp(a.t("min"), a.t("max"));
        }
        return a.has("min") ? x.maximum(a.t("min")) : x.minimum(a.t("max"));
    }

    // At the bound PyTorch's clamp passes the whole gradient, where maximum would halve it.
    private static Tensor clampMin(Tensor x, Object min) {
        return min instanceof Tensor m ? x.maximum(m) : x.clamp(Arguments.number(min), Double.POSITIVE_INFINITY);
    }

    private static Tensor clampMax(Tensor x, Object max) {
        return max instanceof Tensor m ? x.minimum(m) : x.clamp(Double.NEGATIVE_INFINITY, Arguments.number(max));
    }

    private static void activations(Operators table) {
        table.addUnary("relu", Tensor::relu);
        table.addUnary("relu6", Tensor::relu6);
        table.addUnary("selu", Tensor::selu);
        table.addUnary("silu", Tensor::silu);
        table.addUnary("mish", Tensor::mish);
        table.addUnary("hardsigmoid", Tensor::hardsigmoid);
        table.addUnary("hardswish", Tensor::hardswish);
        table.addUnary("log_sigmoid", Tensor::logSigmoid, "logsigmoid");
        table.addUnary("softsign", Tensor::softsign);
        table.addUnary("tanhshrink", Tensor::tanhshrink);
        table.add(
                "gelu(input, approximate='none')",
                a -> a.s("approximate").equals("tanh") ? a.x().geluTanh() : a.x().gelu());
        table.add("hardtanh(input, min_val=-1, max_val=1)", a -> a.x().hardtanh(a.d("min_val"), a.d("max_val")));
        table.add("leaky_relu(input, negative_slope=0.01)", a -> a.x().leakyRelu(a.d("negative_slope")));
        table.add("elu(input, alpha=1, scale=1, input_scale=1)", a -> {
            if (a.d("scale") != 1 || a.d("input_scale") != 1) {
                throw new MissingOperator("torch.elu with a scale");
            }
            return a.x().elu(a.d("alpha"));
        });
        table.add("celu(input, alpha=1.0)", a -> a.x().celu(a.d("alpha")));
        table.add("softplus(input, beta=1, threshold=20)", a -> a.x().softplus(a.d("beta"), a.d("threshold")));
        table.add("softshrink(input, lambd=0.5)", a -> a.x().softshrink(a.d("lambd")));
        table.add("hardshrink(input, lambd=0.5)", a -> a.x().hardshrink(a.d("lambd")));
        table.add("threshold(input, threshold, value)", a -> a.x().threshold(a.d("threshold"), a.d("value")));
        table.add("prelu(input, weight)", a -> a.x().prelu(a.t("weight")));
        table.add("glu(input, dim=-1)", a -> a.x().glu(a.i("dim")));
        table.add("softmax(input, dim, dtype=None)", a -> typed(a).softmax(a.i("dim")), "special_softmax");
        table.add("log_softmax(input, dim, dtype=None)", a -> typed(a).logSoftmax(a.i("dim")), "special_log_softmax");
        table.add("softmin(input, dim, dtype=None)", a -> typed(a).softmin(a.i("dim")));
    }

    private static Tensor typed(Arguments a) {
        return a.x().to(a.dtype("dtype", a.x().dtype()));
    }
}
