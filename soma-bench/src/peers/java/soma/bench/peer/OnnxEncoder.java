package soma.bench.peer;

import java.util.List;
import java.util.Random;

/**
 * The encoder of the bench as an ONNX file: six layers of MiniLM's size with random weights, in the fused operators of
 * ONNX Runtime that its BERT optimizer makes: embeddings with layer norm, attention of all heads, residual with layer
 * norm, bias with gelu.
 */
final class OnnxEncoder {
    private static final int WIDTH = 384;
    private static final int INNER = 1536;
    private static final int HEADS = 12;
    private static final int LAYERS = 6;
    private static final float EPSILON = 1e-12f;

    private final Protobuf graph = new Protobuf();
    private final Random random = new Random(1);

    private OnnxEncoder() {}

    /** A model of ids and kinds (N, T), int32, to (N, T, 384). */
    static byte[] bytes() {
        var encoder = new OnnxEncoder();
        encoder.build();
        return new Protobuf()
                .number(1, 8)
                .text(2, "soma")
                .message(7, encoder.graph)
                .message(8, new Protobuf().text(1, "").number(2, 17))
                .message(8, new Protobuf().text(1, "com.microsoft").number(2, 1))
                .bytes();
    }

    private void build() {
        normal("words", 0.02, 30_522, WIDTH);
        normal("positions", 0.02, 512, WIDTH);
        normal("symbol kinds", 0.02, 2, WIDTH);
        norm("first");
        fused(
                "EmbedLayerNormalization",
                List.of("ids", "kinds", "words", "positions", "symbol kinds", "first gain", "first shift"),
                List.of("x0", "mask"),
                new Protobuf().text(1, "epsilon").real(2, EPSILON).number(20, 1));
        for (int i = 0; i < LAYERS; i++) {
            layer("layer " + i + " ", "x" + i, "x" + (i + 1));
        }
        graph.text(2, "encoder");
        graph.message(11, value("ids", 6));
        graph.message(11, value("kinds", 6));
        graph.message(12, value("x" + LAYERS, 1));
    }

    private void layer(String name, String x, String y) {
        normal(name + "qkv", 0.05, WIDTH, 3 * WIDTH);
        normal(name + "qkv bias", 0, 3 * WIDTH);
        normal(name + "out", 0.05, WIDTH, WIDTH);
        normal(name + "out bias", 0, WIDTH);
        normal(name + "wide", 0.05, WIDTH, INNER);
        normal(name + "wide bias", 0, INNER);
        normal(name + "narrow", 0.03, INNER, WIDTH);
        normal(name + "narrow bias", 0, WIDTH);
        norm(name + "norm1");
        norm(name + "norm2");
        fused(
                "Attention",
                List.of(x, name + "qkv", name + "qkv bias"),
                List.of(name + "attended"),
                new Protobuf().text(1, "num_heads").number(3, HEADS).number(20, 2));
        product(name + "attended", name + "out", name + "projected");
        residual(name + "projected", x, name + "norm1", name + "out bias", name + "h");
        product(name + "h", name + "wide", name + "widened");
        fused("BiasGelu", List.of(name + "widened", name + "wide bias"), List.of(name + "active"));
        product(name + "active", name + "narrow", name + "narrowed");
        residual(name + "narrowed", name + "h", name + "norm2", name + "narrow bias", y);
    }

    private void product(String a, String b, String c) {
        graph.message(1, new Protobuf().text(1, a).text(1, b).text(2, c).text(4, "MatMul"));
    }

    private void residual(String x, String skip, String norm, String bias, String y) {
        fused(
                "SkipLayerNormalization",
                List.of(x, skip, norm + " gain", norm + " shift", bias),
                List.of(y),
                new Protobuf().text(1, "epsilon").real(2, EPSILON).number(20, 1));
    }

    private void fused(String type, List<String> inputs, List<String> outputs, Protobuf... attributes) {
        var node = new Protobuf();
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        node.text(4, type);
        for (var attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node.text(7, "com.microsoft"));
    }

    private void norm(String name) {
        tensor(name + " gain", 1, 0, WIDTH);
        tensor(name + " shift", 0, 0, WIDTH);
    }

    private void normal(String name, double deviation, int... shape) {
        tensor(name, 0, deviation, shape);
    }

    private void tensor(String name, double mean, double deviation, int... shape) {
        var tensor = new Protobuf();
        int size = 1;
        for (int n : shape) {
            tensor.number(1, n);
            size *= n;
        }
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        graph.message(5, tensor.number(2, 1).text(8, name).floats(9, values));
    }

    /** An input or output with two or more axes of any size. */
    private static Protobuf value(String name, int type) {
        var shape = new Protobuf();
        for (int i = 0; i < (type == 1 ? 3 : 2); i++) {
            shape.message(1, new Protobuf().text(2, name + i));
        }
        var tensor = new Protobuf().number(1, type).message(2, shape);
        return new Protobuf().text(1, name).message(2, new Protobuf().message(1, tensor));
    }
}
