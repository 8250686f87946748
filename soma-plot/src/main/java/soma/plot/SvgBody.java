package soma.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.PathIterator;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** The elements of an SVG file as they are drawn. All shapes come in the page's coordinates. */
final class SvgBody {
    private final StringBuilder elements = new StringBuilder();
    private final Map<String, String> clips = new LinkedHashMap<>();
    /** A path that may still grow, what follows it in its element, and where it ends. */
    private final StringBuilder open = new StringBuilder();

    private String openRest = "";
    private String openEnd = "";

    /** The whole file. */
    String file(int width, int height) {
        close();
        var out = new StringBuilder(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n",
                width, height, width, height));
        clips.forEach((path, id) -> out.append("<clipPath id=\"" + id + "\"><path d=\"" + path + "\"/></clipPath>\n"));
        out.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        return out.append(elements).append("</svg>\n").toString();
    }

    void shape(Shape shape, @Nullable Area clip, String style) {
        var path = path(shape);
        if (path.isEmpty()) {
            return;
        }
        var rest = rule(shape) + style + within(clip, shape) + "/>\n";
        int first = path.indexOf('L');
        // Charts draw a curve piece by piece; a piece that begins where the last one ended goes on in its path.
        if (isLine(path) && rest.equals(openRest) && path.substring(1, first).equals(openEnd)) {
            open.append(path, first, path.length());
        } else {
            close();
            open.append(path);
            openRest = rest;
        }
        openEnd = isLine(path) ? path.substring(path.lastIndexOf('L') + 1) : "";
    }

    private static boolean isLine(String path) {
        return path.lastIndexOf('L') > 0 && path.lastIndexOf('M') == 0 && path.chars().noneMatch(c -> "QCZ".indexOf(c) >= 0);
    }

    private void close() {
        if (!open.isEmpty()) {
            elements.append("<path d=\"").append(open).append('"').append(openRest);
            open.setLength(0);
        }
        openEnd = "";
    }

    /** Text at its base line, stretched to {@code width} where a viewer's font is another. */
    void text(
            String text,
            double x,
            double y,
            double width,
            Font font,
            AffineTransform transform,
            @Nullable Area clip,
            String style) {
        close();
        boolean moved = isTranslation(transform);
        double shownX = moved ? x + transform.getTranslateX() : x;
        double shownY = moved ? y + transform.getTranslateY() : y;
        var element = "<text x=\"" + number(shownX) + "\" y=\"" + number(shownY) + "\" font-family=\"" + family(font)
                + "\" font-size=\"" + number(font.getSize2D()) + "\""
                + (font.isBold() ? " font-weight=\"bold\"" : "")
                + (font.isItalic() ? " font-style=\"italic\"" : "")
                + " textLength=\"" + number(width) + "\" lengthAdjust=\"spacingAndGlyphs\""
                + (moved ? "" : " transform=\"" + matrix(transform) + "\"") + style + ">" + escaped(text)
                + "</text>";
        var box = transform.createTransformedShape(
                new java.awt.geom.Rectangle2D.Double(x, y - font.getSize2D(), width, 1.4 * font.getSize2D()));
        // A clip on the text itself would move with its transform.
        var clipped = within(clip, box);
        elements.append(clipped.isEmpty() ? element : "<g" + clipped + ">" + element + "</g>")
                .append('\n');
    }

    /** A picture whose pixels stay squares however large it is shown. */
    void picture(BufferedImage image, AffineTransform transform, @Nullable Area clip) {
        close();
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var box = transform.createTransformedShape(new java.awt.Rectangle(0, 0, image.getWidth(), image.getHeight()));
        var element = "<image width=\"" + image.getWidth() + "\" height=\"" + image.getHeight() + "\" transform=\""
                + matrix(transform) + "\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\""
                + " href=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\"/>";
        var clipped = within(clip, box);
        elements.append(clipped.isEmpty() ? element : "<g" + clipped + ">" + element + "</g>")
                .append('\n');
    }

    // ---- attributes

    static String fill(Color color, float alpha) {
        return " fill=\"" + hex(color) + "\"" + opacity("fill-opacity", color, alpha);
    }

    static String stroke(Color color, float alpha, BasicStroke line, double scale) {
        var out = new StringBuilder(" fill=\"none\" stroke=\"" + hex(color) + "\""
                + opacity("stroke-opacity", color, alpha) + " stroke-width=\"" + number(line.getLineWidth() * scale)
                + "\"");
        out.append(
                switch (line.getEndCap()) {
                    case BasicStroke.CAP_ROUND -> " stroke-linecap=\"round\"";
                    case BasicStroke.CAP_SQUARE -> " stroke-linecap=\"square\"";
                    default -> "";
                });
        out.append(
                switch (line.getLineJoin()) {
                    case BasicStroke.JOIN_ROUND -> " stroke-linejoin=\"round\"";
                    case BasicStroke.JOIN_BEVEL -> " stroke-linejoin=\"bevel\"";
                    default -> " stroke-miterlimit=\"" + number(line.getMiterLimit()) + "\"";
                });
        var dashes = line.getDashArray();
        if (dashes != null) {
            out.append(" stroke-dasharray=\""
                    + IntStream.range(0, dashes.length)
                            .mapToObj(i -> number(dashes[i] * scale))
                            .collect(Collectors.joining(" "))
                    + "\" stroke-dashoffset=\"" + number(line.getDashPhase() * scale) + "\"");
        }
        return out.toString();
    }

    private static String hex(Color c) {
        return String.format("#%02x%02x%02x", c.getRed(), c.getGreen(), c.getBlue());
    }

    private static String opacity(String name, Color color, float alpha) {
        double all = alpha * color.getAlpha() / 255;
        return all == 1 ? "" : " " + name + "=\"" + number(all) + "\"";
    }

    private static String family(Font font) {
        return switch (font.getName()) {
            case Font.SANS_SERIF, Font.DIALOG -> "DejaVu Sans, Verdana, sans-serif";
            case Font.SERIF -> "serif";
            case Font.MONOSPACED, Font.DIALOG_INPUT -> "DejaVu Sans Mono, monospace";
            default -> escaped(font.getFamily()) + ", sans-serif";
        };
    }

    /** The reference to a clip, unless all of the shape lies within it. */
    private String within(@Nullable Area clip, Shape shape) {
        if (clip == null || clip.contains(grown(shape))) {
            return "";
        }
        var id = clips.computeIfAbsent(path(clip), _ -> "c" + (clips.size() + 1));
        return " clip-path=\"url(#" + id + ")\"";
    }

    private static java.awt.geom.Rectangle2D grown(Shape shape) {
        var box = shape.getBounds2D();
        return new java.awt.geom.Rectangle2D.Double(
                box.getX() - 3, box.getY() - 3, box.getWidth() + 6, box.getHeight() + 6);
    }

    private static boolean isTranslation(AffineTransform t) {
        return (t.getType() & ~AffineTransform.TYPE_TRANSLATION) == 0;
    }

    private static String matrix(AffineTransform t) {
        var m = new double[6];
        t.getMatrix(m);
        return Arrays.stream(m).mapToObj(SvgBody::number).collect(Collectors.joining(" ", "matrix(", ")"));
    }

    private static String rule(Shape shape) {
        return shape.getPathIterator(null).getWindingRule() == PathIterator.WIND_EVEN_ODD
                ? " fill-rule=\"evenodd\""
                : "";
    }

    private static String path(Shape shape) {
        var out = new StringBuilder();
        var p = new double[6];
        for (var i = shape.getPathIterator(null); !i.isDone(); i.next()) {
            int count = switch (i.currentSegment(p)) {
                case PathIterator.SEG_MOVETO -> letter(out, 'M', 2);
                case PathIterator.SEG_LINETO -> letter(out, 'L', 2);
                case PathIterator.SEG_QUADTO -> letter(out, 'Q', 4);
                case PathIterator.SEG_CUBICTO -> letter(out, 'C', 6);
                default -> letter(out, 'Z', 0);
            };
            for (int k = 0; k < count; k++) {
                out.append(k == 0 ? "" : " ").append(number(p[k]));
            }
        }
        return out.toString();
    }

    private static int letter(StringBuilder out, char letter, int numbers) {
        out.append(letter);
        return numbers;
    }

    /** Three decimals at most, a thousandth of a pixel; zeros are not written. */
    private static String number(double v) {
        var rounded = BigDecimal.valueOf(Double.isFinite(v) ? v : 0)
                .setScale(3, RoundingMode.HALF_EVEN)
                .stripTrailingZeros();
        return rounded.signum() == 0 ? "0" : rounded.toPlainString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
