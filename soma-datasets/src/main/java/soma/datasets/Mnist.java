package soma.datasets;

import java.util.Objects;
import soma.DType;
import soma.Tensor;
import soma.data.TensorDataset;

/**
 * MNIST: 60,000 training and 10,000 test pictures of handwritten digits, 28 x 28 grey pixels, ten classes. LeCun, Bottou, Bengio,
 * Haffner 1998. Bundled; read without a network.
 *
 * @param train pictures (60000, 1, 28, 28) float32 in [0, 1], 0 the background, and labels (60000) int64
 * @param test the same for the 10,000 test pictures
 */
public record Mnist(TensorDataset train, TensorDataset test) {

    /** Reads both parts. */
    public static Mnist load() {
        return new Mnist(part("train"), part("t10k"));
    }

    private static TensorDataset part(String name) {
        var images = read(name + "-images-idx3-ubyte.gz");
        var labels = read(name + "-labels-idx1-ubyte.gz");
        var x = images.to(DType.FLOAT32).div(255).reshape(images.size(0), 1, images.size(1), images.size(2));
        var y = labels.to(DType.INT64);
        soma.Soma.eval(x, y);
        return TensorDataset.of(x, y);
    }

    private static Tensor read(String file) {
        var in = Objects.requireNonNull(
                Mnist.class.getResourceAsStream("mnist/" + file),
                () -> "the bundled file mnist/" + file + " is missing from the jar");
        return Idx.read(in, file);
    }
}
