package soma.zoo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import soma.ShapeException;
import soma.Tensor;
import soma.nn.BatchNorm2d;
import soma.nn.Conv2d;
import soma.nn.Init;
import soma.nn.Layer;
import soma.nn.Linear;
import soma.nn.MaxPool2d;
import soma.nn.Sequential;

/**
 * Residual networks. He, Zhang, Ren, Sun 2016, Deep Residual Learning for Image Recognition, arXiv 1512.03385, table 1.
 * <p>x: (N, 3, H, W) -> (N, classes). Names and layouts are torchvision's, so its weights load without renaming; the
 * bottleneck's stride is at its 3x3 convolution, as there.
 * {@snippet :
 * ResNet.resNet50(1000).forward(Tensor.zeros(1, 3, 224, 224)).shape();   // (1, 1000)
 * ResNet.resNet18(10).forCifar().forward(Tensor.zeros(1, 3, 32, 32));    // a stem for small images
 * }
 */
public record ResNet(
        Conv2d conv1,
        BatchNorm2d bn1,
        Optional<MaxPool2d> maxpool,
        Sequential layer1,
        Sequential layer2,
        Sequential layer3,
        Sequential layer4,
        Linear fc)
        implements Layer {

    /** A residual block: its path, and what brings the input to the path's shape where they differ. */
    public sealed interface Block extends Layer {

        /** The path that learns the residual. */
        Tensor path(Tensor x);

        /** A strided 1x1 convolution, where the shapes differ. */
        Optional<Sequential> downsample();

        @Override
        default Tensor forward(Tensor x) {
            var shortcut = downsample().map(d -> d.forward(x)).orElse(x);
            return path(x).add(shortcut).relu();
        }
    }

    /** Two 3x3 convolutions. x: (N, in, H, W) -> (N, out, H / stride, W / stride). */
    public record Basic(Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2, Optional<Sequential> downsample)
            implements Block {

        public Basic(int in, int out, int stride) {
            this(
                    conv(in, out, 3, stride),
                    new BatchNorm2d(out),
                    conv(out, out, 3, 1),
                    new BatchNorm2d(out),
                    shortcut(in, out, stride));
        }

        @Override
        public Tensor path(Tensor x) {
            var h = bn1.forward(conv1.forward(x)).relu(); // (N, out, H / stride, W / stride)
            return bn2.forward(conv2.forward(h)); // the same
        }
    }

    /** 1x1, 3x3 and 1x1 convolutions, the middle one narrow. x: (N, in, H, W) -> (N, 4 width, H / stride, W / stride). */
    public record Bottleneck(
            Conv2d conv1,
            BatchNorm2d bn1,
            Conv2d conv2,
            BatchNorm2d bn2,
            Conv2d conv3,
            BatchNorm2d bn3,
            Optional<Sequential> downsample)
            implements Block {

        public Bottleneck(int in, int width, int stride) {
            this(
                    conv(in, width, 1, 1),
                    new BatchNorm2d(width),
                    conv(width, width, 3, stride),
                    new BatchNorm2d(width),
                    conv(width, 4 * width, 1, 1),
                    new BatchNorm2d(4 * width),
                    shortcut(in, 4 * width, stride));
        }

        @Override
        public Tensor path(Tensor x) {
            var narrow = bn1.forward(conv1.forward(x)).relu(); // (N, width, H, W)
            var strided = bn2.forward(conv2.forward(narrow)).relu(); // (N, width, H / stride, W / stride)
            return bn3.forward(conv3.forward(strided)); // (N, 4 width, H / stride, W / stride)
        }
    }

    /** 11,689,512 parameters with 1000 classes. */
    public static ResNet resNet18(int classes) {
        return basic(classes, 2, 2, 2, 2);
    }

    /** 21,797,672 parameters with 1000 classes. */
    public static ResNet resNet34(int classes) {
        return basic(classes, 3, 4, 6, 3);
    }

    /** 25,557,032 parameters with 1000 classes. */
    public static ResNet resNet50(int classes) {
        return bottleneck(classes, 3, 4, 6, 3);
    }

    /** 44,549,160 parameters with 1000 classes. */
    public static ResNet resNet101(int classes) {
        return bottleneck(classes, 3, 4, 23, 3);
    }

    /** 60,192,808 parameters with 1000 classes. */
    public static ResNet resNet152(int classes) {
        return bottleneck(classes, 3, 8, 36, 3);
    }

    /** For images of 32x32: the stem is one 3x3 convolution without stride, and there is no pooling behind it. */
    public ResNet forCifar() {
        return new ResNet(conv(3, 64, 3, 1), bn1, Optional.empty(), layer1, layer2, layer3, layer4, fc);
    }

    private static ResNet basic(int classes, int... counts) {
        return of(
                classes,
                512,
                stage(64, 64, 1, counts[0], Basic::new, 1),
                stage(64, 128, 2, counts[1], Basic::new, 1),
                stage(128, 256, 2, counts[2], Basic::new, 1),
                stage(256, 512, 2, counts[3], Basic::new, 1));
    }

    private static ResNet bottleneck(int classes, int... counts) {
        return of(
                classes,
                2048,
                stage(64, 64, 1, counts[0], Bottleneck::new, 4),
                stage(256, 128, 2, counts[1], Bottleneck::new, 4),
                stage(512, 256, 2, counts[2], Bottleneck::new, 4),
                stage(1024, 512, 2, counts[3], Bottleneck::new, 4));
    }

    private static ResNet of(int classes, int features, Sequential... stages) {
        return new ResNet(
                conv(3, 64, 7, 2),
                new BatchNorm2d(64),
                Optional.of(new MaxPool2d(3).stride(2).pad(1)),
                stages[0],
                stages[1],
                stages[2],
                stages[3],
                new Linear(features, classes));
    }

    private interface MakesBlock {
        Block of(int in, int width, int stride);
    }

    /** Blocks of the same width, the first of which strides; each gives {@code expansion} times the width. */
    private static Sequential stage(int in, int width, int stride, int count, MakesBlock block, int expansion) {
        var blocks = new ArrayList<Layer>(List.of(block.of(in, width, stride)));
        while (blocks.size() < count) {
            blocks.add(block.of(expansion * width, width, 1));
        }
        return new Sequential(blocks);
    }

    private static Conv2d conv(int in, int out, int kernel, int stride) {
        return new Conv2d(in, out, kernel)
                .stride(stride)
                .pad(kernel / 2)
                .withoutBias()
                .init(Init.kaimingNormal(Init.Fan.OUT, Init.Nonlinearity.RELU, 0));
    }

    private static Optional<Sequential> shortcut(int in, int out, int stride) {
        return stride == 1 && in == out
                ? Optional.empty()
                : Optional.of(Sequential.of(conv(in, out, 1, stride), new BatchNorm2d(out)));
    }

    @Override
    public Tensor forward(Tensor x) {
        return fc.forward(features(x).mean(2, 3)); // (N, classes)
    }

    /** Before the last pooling: (N, 3, H, W) -> (N, 512 or 2048, H / 32, W / 32), with the stem for CIFAR H / 8. */
    public Tensor features(Tensor x) {
        if (x.rank() != 4 || x.size(1) != 3) {
            throw new ShapeException("ResNet: input " + x.shape() + ", expected images (N, 3, H, W)");
        }
        var stem = bn1.forward(conv1.forward(x)).relu(); // (N, 64, H / 2, W / 2)
        var h = maxpool.map(pool -> pool.forward(stem)).orElse(stem); // (N, 64, H / 4, W / 4)
        h = layer2.forward(layer1.forward(h)); // (N, .., H / 8, W / 8)
        return layer4.forward(layer3.forward(h)); // (N, .., H / 32, W / 32)
    }
}
