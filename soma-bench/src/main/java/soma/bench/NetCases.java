package soma.bench;

import java.util.List;
import soma.Tensor;
import soma.bench.Case.Work;
import soma.nn.AvgPool2d;
import soma.nn.Conv2d;
import soma.nn.ConvTranspose2d;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.Loss;
import soma.nn.MaxPool2d;
import soma.nn.Sequential;
import soma.optim.Adam;
import soma.optim.Sgd;
import soma.zoo.ResNet;

/** Networks of dense and convolution layers: a training step, and inference. */
final class NetCases {
    private static final String GROUP = "nets";

    private NetCases() {}

    static void add(Steps s, List<Case> cases) {
        double mlp = 2.0 * 128 * (784 * 256 + 256 * 128 + 128 * 10);
        double mlpSize = 4.0 * (784 * 256 + 256 * 128 + 128 * 10);
        cases.add(new Case(
                "mlp-train-b128", GROUP, Work.of(3 * mlp - 2.0 * 128 * 784 * 256, 6 * mlpSize), () -> mlpTraining(s)));
        cases.add(new Case("mlp-infer-b128", GROUP, Work.of(mlp, mlpSize), () -> s.infer(mlp(), s.normal(128, 784))));
        cases.add(new Case(
                "tiny-train-b32",
                GROUP,
                Work.unknown(),
                () -> s.train(tiny(), Loss::mse, new Adam(1e-3), s.normal(32, 2), s.normal(32, 1))));
        double lenet = 2.0 * 64 * (784 * 6 * 25 + 100 * 16 * 150 + 400 * 120 + 120 * 84 + 84 * 10);
        cases.add(new Case(
                "lenet-train-b64",
                GROUP,
                Work.of(3 * lenet - 2.0 * 64 * 784 * 6 * 25, 0),
                () -> s.train(
                        lenet(),
                        Loss::crossEntropy,
                        new Sgd(0.01).momentum(0.9),
                        s.normal(64, 1, 28, 28),
                        s.classes(10, 64))));
        cases.add(
                new Case("lenet-infer-b64", GROUP, Work.of(lenet, 0), () -> s.infer(lenet(), s.normal(64, 1, 28, 28))));
        double autoencoder = 2.0 * 128 * 2 * 784 * 1000;
        cases.add(new Case("autoencoder-train-b128", GROUP, Work.of(2.5 * autoencoder, 6 * 4.0 * 2 * 784e3), () -> {
            var x = s.normal(128, 784);
            return s.train(autoencoder(), Loss::mse, new Adam(1e-3), x, x);
        }));
        // Of every image 0.56 billion multiply-adds; the first convolution needs no gradient of its input.
        double resnet = 2.0 * 32 * 555_422_720;
        cases.add(new Case(
                "resnet18-cifar-train-b32",
                GROUP,
                Work.of(3 * resnet - 2.0 * 32 * 1024 * 64 * 27, 4 * 4 * 11.2e6),
                () -> resNet18Training(s)));
        cases.add(new Case(
                "resnet18-cifar-infer-b32",
                GROUP,
                Work.of(resnet, 4 * 11.2e6),
                () -> s.infer(ResNet.resNet18(10).forCifar(), s.normal(32, 3, 32, 32))));
        double vgg = 2.0 * 8 * 3136 * 9 * (64 * 128 + 128 * 128);
        cases.add(new Case(
                "vgg-block-train-b8",
                GROUP,
                Work.of(3 * vgg - 2.0 * 8 * 3136 * 9 * 64 * 128, 0),
                () -> s.train(
                        vggBlock(), Loss::mse, new Sgd(0.01), s.normal(8, 64, 56, 56), s.normal(8, 128, 28, 28))));
        cases.add(new Case(
                "vgg-block-infer-b8", GROUP, Work.of(vgg, 0), () -> s.infer(vggBlock(), s.normal(8, 64, 56, 56))));
        double unet = 2.0 * 4 * (1024 * 9 * (32 * 64 + 64 * 64) + 1024 * 4 * 64 * 32 + 4096 * 9 * (64 * 32 + 32 * 32));
        cases.add(new Case(
                "unet-level-train-b4",
                GROUP,
                Work.of(3 * unet - 2.0 * 4 * 1024 * 9 * 32 * 64, 0),
                () -> s.train(
                        new UnetLevel(), Loss::mse, new Sgd(0.01), s.normal(4, 32, 64, 64), s.normal(4, 32, 64, 64))));
        cases.add(new Case(
                "unet-level-infer-b4",
                GROUP,
                Work.of(unet, 0),
                () -> s.infer(new UnetLevel(), s.normal(4, 32, 64, 64))));
    }

    static Runnable mlpTraining(Steps s) {
        return s.train(mlp(), Loss::crossEntropy, new Adam(1e-3), s.normal(128, 784), s.classes(10, 128));
    }

    static Runnable resNet18Training(Steps s) {
        return s.train(
                ResNet.resNet18(10).forCifar(),
                Loss::crossEntropy,
                new Sgd(0.1).momentum(0.9).weightDecay(5e-4),
                s.normal(32, 3, 32, 32),
                s.classes(10, 32));
    }

    private static Layer mlp() {
        return Sequential.of(
                new Linear(784, 256), Tensor::relu, new Linear(256, 128), Tensor::relu, new Linear(128, 10));
    }

    private static Layer tiny() {
        return Sequential.of(new Linear(2, 8), Tensor::tanh, new Linear(8, 8), Tensor::tanh, new Linear(8, 1));
    }

    private static Layer autoencoder() {
        return Sequential.of(new Linear(784, 1000), Tensor::relu, new Linear(1000, 784), Tensor::sigmoid);
    }

    private static Layer lenet() {
        return Sequential.of(
                new Conv2d(1, 6, 5).pad(2),
                Tensor::tanh,
                new AvgPool2d(2),
                new Conv2d(6, 16, 5),
                Tensor::tanh,
                new AvgPool2d(2),
                x -> x.flatten(1),
                new Linear(400, 120),
                Tensor::tanh,
                new Linear(120, 84),
                Tensor::tanh,
                new Linear(84, 10));
    }

    private static Layer vggBlock() {
        return Sequential.of(
                new Conv2d(64, 128, 3).pad(1),
                Tensor::relu,
                new Conv2d(128, 128, 3).pad(1),
                Tensor::relu,
                new MaxPool2d(2));
    }

    /** One level of Ronneberger et al. 2015 (arXiv 1505.04597): down, two convolutions, up, joined, two convolutions. */
    record UnetLevel(Sequential down, ConvTranspose2d up, Sequential out) implements Layer {
        UnetLevel() {
            this(
                    Sequential.of(
                            new MaxPool2d(2),
                            new Conv2d(32, 64, 3).pad(1),
                            Tensor::relu,
                            new Conv2d(64, 64, 3).pad(1),
                            Tensor::relu),
                    new ConvTranspose2d(64, 32, 2).stride(2),
                    Sequential.of(
                            new Conv2d(64, 32, 3).pad(1), Tensor::relu, new Conv2d(32, 32, 3).pad(1), Tensor::relu));
        }

        @Override
        public Tensor forward(Tensor x) {
            var deep = up.forward(down.forward(x)); // (N, 32, H, W)
            return out.forward(Tensor.cat(1, x, deep));
        }
    }
}
