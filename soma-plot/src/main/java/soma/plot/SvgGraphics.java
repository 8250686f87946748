package soma.plot;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.GraphicsConfiguration;
import java.awt.Paint;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.NoninvertibleTransformException;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Java 2D drawing written down as SVG: fills, lines, text and pictures, under clips and transforms. What figures do not
 * use (gradients, XOR, other ways of compositing) is left out: a gradient's paint is drawn as black.
 */
final class SvgGraphics extends ShapeGraphics {
    private final SvgBody body;
    private final Graphics2D measure;
    private AffineTransform transform;
    private @Nullable Area clip; // in the page's coordinates
    private Color color = Color.BLACK;
    private Color background = Color.WHITE;
    private Paint paint = Color.BLACK;
    private Stroke stroke = new BasicStroke(1);
    private Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private Composite composite = AlphaComposite.SrcOver;
    private RenderingHints hints = new RenderingHints(Map.of());

    SvgGraphics(SvgBody body) {
        this.body = body;
        this.transform = new AffineTransform();
        // Only measures text; the size of its picture is of no matter.
        this.measure = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        measure.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    }

    private SvgGraphics(SvgGraphics from) {
        body = from.body;
        measure = from.measure;
        transform = new AffineTransform(from.transform);
        clip = from.clip;
        color = from.color;
        background = from.background;
        paint = from.paint;
        stroke = from.stroke;
        font = from.font;
        composite = from.composite;
        hints = (RenderingHints) from.hints.clone();
    }

    @Override
    public Graphics create() {
        return new SvgGraphics(this);
    }

    @Override
    public void dispose() {}

    // ---- drawing

    @Override
    public void fill(Shape shape) {
        body.shape(transform.createTransformedShape(shape), clip, SvgBody.fill(color, alpha()));
    }

    @Override
    public void draw(Shape shape) {
        if (stroke instanceof BasicStroke line) {
            if (color.getAlpha() > 0 && line.getLineWidth() > 0) {
                double scale = Math.sqrt(Math.abs(transform.getDeterminant()));
                body.shape(transform.createTransformedShape(shape), clip, SvgBody.stroke(color, alpha(), line, scale));
            }
        } else {
            fill(stroke.createStrokedShape(shape));
        }
    }

    private float alpha() {
        return composite instanceof AlphaComposite a ? a.getAlpha() : 1;
    }

    @Override
    public void drawString(String text, float x, float y) {
        if (!text.isBlank()) {
            double width = font.getStringBounds(text, getFontRenderContext()).getWidth();
            body.text(text, x, y, width, font, transform, clip, SvgBody.fill(color, alpha()));
        }
    }

    @Override
    void picture(BufferedImage image, @Nullable AffineTransform at) {
        var all = new AffineTransform(transform);
        if (at != null) {
            all.concatenate(at);
        }
        body.picture(image, all, clip);
    }

    @Override
    public void copyArea(int x, int y, int width, int height, int dx, int dy) {
        throw new UnsupportedOperationException(
                "copyArea: what is drawn as SVG cannot be read back; write the figure as PNG");
    }

    // ---- where

    @Override
    public void translate(double x, double y) {
        transform.translate(x, y);
    }

    @Override
    public void rotate(double angle) {
        transform.rotate(angle);
    }

    @Override
    public void rotate(double angle, double x, double y) {
        transform.rotate(angle, x, y);
    }

    @Override
    public void scale(double x, double y) {
        transform.scale(x, y);
    }

    @Override
    public void shear(double x, double y) {
        transform.shear(x, y);
    }

    @Override
    public void transform(AffineTransform more) {
        transform.concatenate(more);
    }

    @Override
    public void setTransform(AffineTransform other) {
        transform = new AffineTransform(other);
    }

    @Override
    public AffineTransform getTransform() {
        return new AffineTransform(transform);
    }

    @Override
    public void clip(@Nullable Shape shape) {
        if (shape == null) {
            clip = null;
            return;
        }
        var area = new Area(transform.createTransformedShape(shape));
        if (clip != null) {
            area.intersect(clip);
        }
        clip = area;
    }

    @Override
    public void setClip(@Nullable Shape shape) {
        clip = null;
        clip(shape);
    }

    private @Nullable Shape ownClip() {
        if (clip == null) {
            return null;
        }
        try {
            return transform.createInverse().createTransformedShape(clip);
        } catch (NoninvertibleTransformException e) {
            return new Rectangle();
        }
    }

    @Override
    @SuppressWarnings("NullAway") // no clip is null in Java 2D
    public Shape getClip() {
        return ownClip();
    }

    @Override
    @SuppressWarnings("NullAway") // no clip is null in Java 2D
    public Rectangle getClipBounds() {
        var own = ownClip();
        return own == null ? null : own.getBounds();
    }

    @Override
    public boolean hit(Rectangle rectangle, Shape shape, boolean onStroke) {
        var there = transform.createTransformedShape(onStroke ? stroke.createStrokedShape(shape) : shape);
        return there.intersects(new Rectangle2D.Double(
                rectangle.getX(), rectangle.getY(), rectangle.getWidth(), rectangle.getHeight()));
    }

    // ---- with what

    @Override
    public void setColor(@Nullable Color other) {
        if (other != null) {
            color = other;
            paint = other;
        }
    }

    @Override
    public Color getColor() {
        return color;
    }

    @Override
    public void setPaint(@Nullable Paint other) {
        if (other != null) {
            paint = other;
            color = other instanceof Color c ? c : Color.BLACK;
        }
    }

    @Override
    public Paint getPaint() {
        return paint;
    }

    @Override
    public void setBackground(Color other) {
        background = other;
    }

    @Override
    public Color getBackground() {
        return background;
    }

    @Override
    public void setStroke(Stroke other) {
        stroke = other;
    }

    @Override
    public Stroke getStroke() {
        return stroke;
    }

    @Override
    public void setComposite(Composite other) {
        composite = other;
    }

    @Override
    public Composite getComposite() {
        return composite;
    }

    @Override
    public void setPaintMode() {
        composite = AlphaComposite.SrcOver;
    }

    @Override
    public void setXORMode(Color other) {
        throw new UnsupportedOperationException("setXORMode: SVG has no such mode; write the figure as PNG");
    }

    @Override
    public void setFont(@Nullable Font other) {
        if (other != null) {
            font = other;
        }
    }

    @Override
    public Font getFont() {
        return font;
    }

    @Override
    public FontMetrics getFontMetrics(Font of) {
        return measure.getFontMetrics(of);
    }

    @Override
    public FontRenderContext getFontRenderContext() {
        return new FontRenderContext(null, true, true);
    }

    @Override
    public GraphicsConfiguration getDeviceConfiguration() {
        return measure.getDeviceConfiguration();
    }

    @Override
    public void setRenderingHint(RenderingHints.Key key, @Nullable Object value) {
        if (value != null) {
            hints.put(key, value);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // a hint that was not given is null in Java 2D
    public Object getRenderingHint(RenderingHints.Key key) {
        return hints.get(key);
    }

    @Override
    public void setRenderingHints(Map<?, ?> others) {
        hints = new RenderingHints(Map.of());
        addRenderingHints(others);
    }

    @Override
    public void addRenderingHints(Map<?, ?> others) {
        others.forEach((key, value) -> setRenderingHint((RenderingHints.Key) key, value));
    }

    @Override
    public RenderingHints getRenderingHints() {
        return (RenderingHints) hints.clone();
    }
}
