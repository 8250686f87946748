package soma.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import soma.Rng;
import soma.Shape;
import soma.ShapeException;
import soma.Soma;
import soma.Tensor;

class ResNetTest {

    @Test
    void asManyParametersAsPublished() {
        assertThat(ResNet.resNet18(1000).parameterCount()).isEqualTo(11_689_512);
        assertThat(ResNet.resNet34(1000).parameterCount()).isEqualTo(21_797_672);
        assertThat(ResNet.resNet50(1000).parameterCount()).isEqualTo(25_557_032);
        assertThat(ResNet.resNet101(1000).parameterCount()).isEqualTo(44_549_160);
        assertThat(ResNet.resNet152(1000).parameterCount()).isEqualTo(60_192_808);
    }

    @Test
    void torchvisionsNames() {
        assertThat(ResNet.resNet18(1000).params().keySet())
                .hasSize(122 - 20) // torchvision also stores how many batches each of the 20 batch norms saw
                .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var")
                .contains(
                        "layer1.0.conv1.weight",
                        "layer1.1.bn2.running_var",
                        "layer2.0.downsample.0.weight",
                        "layer2.0.downsample.1.bias",
                        "layer4.1.conv2.weight")
                .endsWith("fc.weight", "fc.bias");
        assertThat(ResNet.resNet50(1000)
                        .params()
                        .get("layer1.0.downsample.0.weight")
                        .shape())
                .isEqualTo(Shape.of(256, 64, 1, 1));
        assertThat(ResNet.resNet50(1000).params().get("layer3.5.conv2.weight").shape())
                .isEqualTo(Shape.of(256, 256, 3, 3));
    }

    @Test
    void shapes() {
        var net = ResNet.resNet50(7);
        assertThat(net.features(Tensor.zeros(2, 3, 224, 224)).shape()).isEqualTo(Shape.of(2, 2048, 7, 7));
        assertThat(net.forward(Tensor.zeros(2, 3, 224, 224)).shape()).isEqualTo(Shape.of(2, 7));
        var cifar = ResNet.resNet18(10).forCifar();
        assertThat(cifar.features(Tensor.zeros(2, 3, 32, 32)).shape()).isEqualTo(Shape.of(2, 512, 4, 4));
        assertThat(cifar.params().get("conv1.weight").shape()).isEqualTo(Shape.of(64, 3, 3, 3));
        assertThatThrownBy(() -> net.forward(Tensor.zeros(1, 224, 224)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("ResNet: input (1, 224, 224), expected images (N, 3, H, W)");
    }

    @Test
    void aBlockIsItsPathPlusItsInput() {
        var block = new ResNet.Basic(4, 4, 1);
        block.init(Rng.seed(1));
        var x = Tensor.randn(Rng.seed(2), 2, 4, 5, 5);
        var expected = block.path(x).add(x).relu();
        assertThat(block.downsample()).isEmpty();
        assertThat(block.forward(x).toFloatArray()).containsExactly(expected.toFloatArray());
    }

    @Test
    void trainingMovesTheStatistics() {
        var net = ResNet.resNet18(3).forCifar();
        net.init(Rng.seed(1));
        var before = net.bn1().runningVar().value().toFloatArray();
        var y = Soma.training(Rng.seed(1), () -> net.forward(Tensor.randn(Rng.seed(2), 2, 3, 8, 8)));
        assertThat(y.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(net.bn1().runningVar().value().toFloatArray()).isNotEqualTo(before);
    }
}
