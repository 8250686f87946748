package soma.kernel;

/**
 * A unit of a convolution's work: some images of a result, or rows h0 to h1 of axis 0 and columns w0 to w1 of axis 2 of one.
 *
 * @param image the first image
 */
record ConvUnit(int image, int images, int h0, int h1, int w0, int w1) {

    /** No pixels. */
    static final ConvUnit NONE = new ConvUnit(0, 0, 0, 0, 0, 0);

    static ConvUnit of(ConvPlan plan, int number) {
        return of(plan, number, plan.unitImages);
    }

    /** The same where a unit of whole images has {@code imagesEach}. */
    static ConvUnit of(ConvPlan plan, int number, int imagesEach) {
        int image = number / (plan.rowUnits() * plan.columnUnits()) * imagesEach;
        int h0 = plan.firstRow(number);
        int w0 = plan.firstColumn(number);
        return new ConvUnit(
                image,
                Math.min(imagesEach, plan.images - image),
                h0,
                Math.min(plan.out[0], h0 + plan.unitRows),
                w0,
                Math.min(plan.out[2], w0 + plan.unitColumns));
    }

    /** The whole result of a phase. */
    ConvUnit whole(ConvPlan.Phase p) {
        return new ConvUnit(image, images, 0, p.count()[0], 0, p.count()[2]);
    }

    int rows() {
        return h1 - h0;
    }

    int columns() {
        return w1 - w0;
    }

    /** Pixels of an image. */
    int pixels(ConvPlan.Phase p) {
        return rows() * p.count()[1] * columns();
    }

    /** Where its pixels begin in a plane of the result. */
    int origin(ConvPlan.Phase p) {
        return h0 * p.count()[1] * p.count()[2] + w0;
    }
}
