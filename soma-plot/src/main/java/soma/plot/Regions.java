package soma.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.function.UnaryOperator;
import soma.Tensor;

/**
 * A function of two variables as colours over a square (blue below {@code middle}, red above, the boundary where it crosses), with
 * labelled points on top.
 *
 * @param f from points (N, 2) to numbers (N) or (N, 1)
 * @param points (N, 2)
 * @param labels (N), 0 or 1
 */
public record Regions(
        String title,
        UnaryOperator<Tensor> f,
        double from,
        double to,
        double middle,
        double spread,
        Tensor points,
        Tensor labels)
        implements Figure {
    private static final int SIDE = 300;
    private static final int HEAD = 34;
    private static final int MARGIN = 14;

    @Override
    public int width() {
        return SIDE + 2 * MARGIN;
    }

    @Override
    public int height() {
        return SIDE + HEAD + MARGIN;
    }

    @Override
    public void draw(Graphics2D g) {
        g.setFont(Style.TITLE);
        g.drawString(title, MARGIN, 22);
        var grid = new float[SIDE * SIDE * 2];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                grid[2 * (y * SIDE + x)] = (float) (from + (to - from) * (x + 0.5) / SIDE);
                grid[2 * (y * SIDE + x) + 1] = (float) (to - (to - from) * (y + 0.5) / SIDE);
            }
        }
        var values = f.apply(Tensor.of(grid, SIDE * SIDE, 2)).flatten().toFloatArray();
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double v = values[y * SIDE + x] - middle;
                boolean edge = x + 1 < SIDE && v * (values[y * SIDE + x + 1] - middle) < 0
                        || y + 1 < SIDE && v * (values[(y + 1) * SIDE + x] - middle) < 0;
                picture.setRGB(x, y, (edge ? Style.INK : Style.diverging(0.7 * v / spread)).getRGB());
            }
        }
        g.drawImage(picture, MARGIN, HEAD, null);
        var xy = points.toFloatArray();
        var label = labels.flatten().toFloatArray();
        g.setStroke(new BasicStroke(2));
        for (int i = 0; i < label.length; i++) {
            double x = MARGIN + SIDE * (xy[2 * i] - from) / (to - from);
            double y = HEAD + SIDE * (to - xy[2 * i + 1]) / (to - from);
            var dot = new Ellipse2D.Double(x - 6, y - 6, 12, 12);
            g.setColor(label[i] > 0.5 ? new Color(0xB2182B) : new Color(0x2166AC));
            g.fill(dot);
            g.setColor(Color.WHITE);
            g.draw(dot);
        }
    }
}
