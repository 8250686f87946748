package soma.plot;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import soma.ShapeException;
import soma.Tensor;

/**
 * Pictures side by side. images: (N, H, W), or (N, C, H, W) with one channel for grey or three for red, green, blue.
 *
 * @param signed whether 0 is white, the largest magnitude red or blue (filters); otherwise the smallest value is black, the largest white
 */
public record ImageGrid(String title, Tensor images, List<String> captions, int columns, int scale, boolean signed)
        implements Figure {
    private static final int GAP = 6;
    private static final int HEAD = 34;
    private static final int CAPTION = 18;

    /** Refuses what is no stack of pictures. */
    public ImageGrid {
        if (images.rank() == 3) {
            images = images.unsqueeze(1);
        }
        if (images.rank() != 4 || images.size(1) != 1 && images.size(1) != 3) {
            throw new ShapeException(
                    "ImageGrid: images " + images.shape() + ", expected (N, H, W), (N, 1, H, W) or (N, 3, H, W)");
        }
    }

    /** Pictures from black to white, without captions. */
    public ImageGrid(String title, Tensor images, int columns, int scale) {
        this(title, images, List.of(), columns, scale, false);
    }

    /** Shown with 0 as white and signs as colours. */
    public ImageGrid asSigned() {
        return new ImageGrid(title, images, captions, columns, scale, true);
    }

    /** With a caption under each picture. */
    public ImageGrid captioned(List<String> texts) {
        return new ImageGrid(title, images, List.copyOf(texts), columns, scale, signed);
    }

    private int cellWidth() {
        return images.size(3) * scale + GAP;
    }

    private int cellHeight() {
        return images.size(2) * scale + GAP + (captions.isEmpty() ? 0 : CAPTION);
    }

    @Override
    public int width() {
        return Math.max(columns * cellWidth() + 2 * GAP, 12 * title.length());
    }

    @Override
    public int height() {
        return HEAD + Math.ceilDiv(images.size(0), columns) * cellHeight() + GAP;
    }

    @Override
    public void draw(Graphics2D g) {
        g.setFont(Style.TITLE);
        g.setColor(Style.INK);
        g.drawString(title, GAP, 22);
        int n = images.size(0);
        int h = images.size(2);
        int w = images.size(3);
        var pixels = images.toFloatArray();
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float p : pixels) {
            low = Math.min(low, p);
            high = Math.max(high, p);
        }
        for (int i = 0; i < n; i++) {
            int x = GAP + i % columns * cellWidth();
            int y = HEAD + i / columns * cellHeight();
            g.drawImage(picture(pixels, i, low, high), x, y, w * scale, h * scale, null);
            g.setColor(Style.FAINT);
            g.drawRect(x - 1, y - 1, w * scale + 1, h * scale + 1);
            if (i < captions.size()) {
                g.setColor(Style.INK);
                g.setFont(Style.SMALL);
                Style.centred(g, captions.get(i), x + w * scale / 2.0, y + h * scale + CAPTION / 2.0);
            }
        }
    }

    private BufferedImage picture(float[] pixels, int index, float low, float high) {
        int c = images.size(1);
        int h = images.size(2);
        int w = images.size(3);
        var out = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
        int base = index * c * h * w;
        float span = high > low ? high - low : 1;
        float largest = Math.max(Math.max(Math.abs(low), Math.abs(high)), Float.MIN_NORMAL);
        for (int i = 0; i < h * w; i++) {
            int rgb;
            if (signed && c == 1) {
                rgb = Style.diverging(pixels[base + i] / largest).getRGB();
            } else {
                rgb = 0;
                for (int k = 0; k < 3; k++) {
                    float v = (pixels[base + (c == 1 ? 0 : k * h * w) + i] - low) / span;
                    rgb = rgb << 8 | Math.round(255 * Math.clamp(v, 0, 1));
                }
            }
            out.setRGB(i % w, i / w, rgb);
        }
        return out;
    }
}
