package soma.nn;

import java.util.Arrays;
import soma.Shape;
import soma.ShapeException;

/** How a convolution or a pooling walks over its input: one number an axis for each of these. */
public record Window(Shape kernel, Shape stride, Shape padding, Shape dilation) {

    public Window {
        int n = kernel.rank();
        boolean good = stride.rank() == n && padding.rank() == n && dilation.rank() == n;
        for (int i = 0; good && i < n; i++) {
            good = kernel.dim(i) > 0 && stride.dim(i) > 0 && dilation.dim(i) > 0;
        }
        if (!good) {
            throw new ShapeException("window: kernel " + kernel + ", stride " + stride + ", padding " + padding
                    + ", dilation " + dilation + "; expected equally many numbers, all at least 1 (padding 0)");
        }
    }

    /** A window that moves by single elements, without padding or dilation. */
    public static Window of(Shape kernel) {
        int n = kernel.rank();
        return new Window(kernel, all(n, 1), all(n, 0), all(n, 1));
    }

    /** {@code value} for each of {@code axes} axes. */
    static Shape all(int axes, int value) {
        var d = new int[axes];
        Arrays.fill(d, value);
        return Shape.of(d);
    }

    /** Over how many axes. */
    public int axes() {
        return kernel.rank();
    }

    Window stride(int... n) {
        return new Window(kernel, each(n), padding, dilation);
    }

    Window pad(int... n) {
        return new Window(kernel, stride, each(n), dilation);
    }

    Window dilation(int... n) {
        return new Window(kernel, stride, padding, each(n));
    }

    private Shape each(int... n) {
        return n.length == 1 ? all(axes(), n[0]) : Shape.of(n);
    }

    /** As in {@code 3, stride 2, pad 1}: what is not usual. */
    String text(Shape usualStride) {
        return numbers(kernel)
                + (stride.equals(usualStride) ? "" : ", stride " + numbers(stride))
                + (padding.equals(all(axes(), 0)) ? "" : ", pad " + numbers(padding))
                + (dilation.equals(all(axes(), 1)) ? "" : ", dilation " + numbers(dilation));
    }

    /** 3 for (3, 3), 3x5 for (3, 5). */
    private static String numbers(Shape s) {
        return s.equals(all(s.rank(), s.dim(0)))
                ? "" + s.dim(0)
                : s.toString().replaceAll("[() ]", "").replace(',', 'x');
    }
}
