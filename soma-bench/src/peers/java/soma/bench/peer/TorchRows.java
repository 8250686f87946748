package soma.bench.peer;

import static org.bytedeco.pytorch.global.torch.randn;

import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** What reads and writes more than it computes; into tensors that are there already where PyTorch has such a form. */
final class TorchRows {
    private static final long[] LAST = {1024};

    private TorchRows() {}

    static void add(Map<String, Supplier<Runnable>> cases) {
        cases.put("gelu-chain-1m", TorchRows::geluChain);
        cases.put("softmax-fwd", () -> {
            var x = randn(512, 1024);
            var y = torch.zeros(512, 1024);
            return TorchSteps.withoutGradients(() -> torch.softmax_out(y, x, -1));
        });
        cases.put("softmax-fresh", () -> {
            var x = randn(512, 1024);
            return TorchSteps.withoutGradients(() -> torch.softmax(x, -1));
        });
        cases.put("softmax-train", () -> {
            var x = randn(512, 1024).requires_grad_();
            return backward(() -> torch.softmax(x, -1), randn(512, 1024), x);
        });
        cases.put("layernorm-fwd", TorchRows::layerNorm);
        cases.put("layernorm-train", () -> {
            var x = randn(512, 1024).requires_grad_();
            var gain = torch.ones(1024).requires_grad_();
            var bias = torch.zeros(1024).requires_grad_();
            var g = new TensorOptional(gain);
            var b = new TensorOptional(bias);
            return backward(() -> torch.layer_norm(x, LAST, g, b, 1e-5, false), randn(512, 1024), x, gain, bias);
        });
        cases.put("batchnorm-train", () -> {
            var x = randn(32, 64, 32, 32).requires_grad_();
            var gain = torch.ones(64).requires_grad_();
            var bias = torch.zeros(64).requires_grad_();
            var g = new TensorOptional(gain);
            var b = new TensorOptional(bias);
            var mean = new TensorOptional(torch.zeros(64));
            var variance = new TensorOptional(torch.ones(64));
            return backward(
                    () -> torch.batch_norm(x, g, b, mean, variance, true, 0.1, 1e-5, false),
                    randn(32, 64, 32, 32),
                    x,
                    gain,
                    bias);
        });
        cases.put("groupnorm-fwd", TorchRows::groupNorm);
        cases.put("groupnorm-train", () -> {
            var x = randn(32, 64, 32, 32).requires_grad_();
            var gain = torch.ones(64).requires_grad_();
            var bias = torch.zeros(64).requires_grad_();
            var g = new TensorOptional(gain);
            var b = new TensorOptional(bias);
            return backward(() -> torch.group_norm(x, 8, g, b, 1e-5, false), randn(32, 64, 32, 32), x, gain, bias);
        });
        cases.put("sum-axis0", () -> sum(0, 1024));
        cases.put("sum-axis1", () -> sum(1, 4096));
        cases.put("max-axis1", () -> {
            var x = randn(4096, 1024);
            var y = torch.zeros(4096);
            long[] axis = {1};
            return TorchSteps.withoutGradients(() -> torch.amax_out(y, x, axis, false));
        });
        cases.put("cumsum-axis1", () -> {
            var x = randn(4096, 1024);
            var y = torch.zeros(4096, 1024);
            return TorchSteps.withoutGradients(() -> torch.cumsum_out(y, x, 1));
        });
        cases.put("transpose-2048", () -> {
            var x = randn(2048, 2048).t();
            var y = torch.zeros(2048, 2048);
            return TorchSteps.withoutGradients(() -> y.copy_(x));
        });
        cases.put("embedding-gather", () -> {
            var table = randn(30_522, 512);
            var ids = TorchSteps.classes(30_522, 32, 128);
            var y = torch.zeros(32, 128, 512);
            return TorchSteps.withoutGradients(() -> torch.embedding_out(y, table, ids));
        });
        cases.put("embedding-grad", () -> {
            var table = randn(30_522, 512).requires_grad_();
            var ids = TorchSteps.classes(30_522, 32, 128);
            return backward(() -> torch.embedding(table, ids), randn(32, 128, 512), table);
        });
        cases.put("cross-entropy-30k", () -> {
            var logits = randn(256, 30_000).requires_grad_();
            var labels = TorchSteps.classes(30_000, 256);
            var inputs = new TensorVector(logits);
            return () -> torch.grad(new TensorVector(torch.cross_entropy(logits, labels)), inputs);
        });
        cases.put("adam-10m", TorchRows::adam);
        cases.put("sort-1024x1024", () -> {
            var x = randn(1024, 1024);
            var y = torch.zeros(1024, 1024);
            var at = torch.zeros(1024, 1024).to(torch.ScalarType.Long);
            return TorchSteps.withoutGradients(() -> torch.sort_out(y, at, x, -1, false));
        });
        cases.put("topk-1024x1024", () -> {
            var x = randn(1024, 1024);
            var y = torch.zeros(1024, 10);
            var at = torch.zeros(1024, 10).to(torch.ScalarType.Long);
            return TorchSteps.withoutGradients(() -> torch.topk_out(y, at, x, 10, -1, true, true));
        });
    }

    private static Runnable backward(Supplier<Tensor> forward, Tensor dy, Tensor... inputs) {
        var xs = new TensorVector(inputs);
        var dys = new TensorVector(dy);
        return () -> TorchSteps.backward(forward.get(), xs, dys);
    }

    /** gelu_tanh(x a + b) x + exp(-x). */
    private static Runnable geluChain() {
        var x = randn(1_048_576);
        var a = new Scalar(1.1);
        var b = new Scalar(0.1);
        return TorchSteps.withoutGradients(() -> {
            var scaled = x.mul(a);
            var shifted = scaled.add(b);
            scaled.close();
            var gelu = torch.gelu(shifted, "tanh");
            shifted.close();
            var product = gelu.mul(x);
            gelu.close();
            var negative = x.neg();
            var exp = negative.exp();
            negative.close();
            product.add(exp);
        });
    }

    private static Runnable layerNorm() {
        var x = randn(512, 1024);
        var y = torch.zeros(512, 1024);
        var mean = torch.zeros(512, 1);
        var deviation = torch.zeros(512, 1);
        var gain = new TensorOptional(torch.ones(1024));
        var bias = new TensorOptional(torch.zeros(1024));
        return TorchSteps.withoutGradients(
                () -> torch.native_layer_norm_out(y, mean, deviation, x, LAST, gain, bias, 1e-5));
    }

    private static Runnable groupNorm() {
        var x = randn(32, 64, 32, 32);
        var gain = new TensorOptional(torch.ones(64));
        var bias = new TensorOptional(torch.zeros(64));
        var y = torch.zeros(32, 64, 32, 32);
        var mean = torch.zeros(32, 8);
        var deviation = torch.zeros(32, 8);
        return TorchSteps.withoutGradients(
                () -> torch.native_group_norm_out(y, mean, deviation, x, gain, bias, 32, 64, 1024, 8, 1e-5));
    }

    private static Runnable sum(long axis, long left) {
        var x = randn(4096, 1024);
        var y = torch.zeros(left);
        return TorchSteps.withoutGradients(() -> torch.sum_out(y, x, axis));
    }

    /** One step over ten million parameters in 20 tensors, with gradients given. */
    private static Runnable adam() {
        var net = new TorchNet();
        for (int i = 0; i < 20; i++) {
            net.given(randn(500, 1000)).mutable_grad().put(randn(500, 1000));
        }
        var adam = new Adam(net.parameters(), new AdamOptions(1e-3));
        return () -> adam.step();
    }
}
