package soma.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Something to look at. */
public interface Figure {

    /** Pixels across. */
    int width();

    /** Pixels down. */
    int height();

    /** Draws itself with its upper left corner at (0, 0); the background is white already. */
    void draw(Graphics2D g);

    /** As a picture. */
    default BufferedImage image() {
        var image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
        var g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width(), height());
        g.setColor(Color.BLACK);
        draw(g);
        g.dispose();
        return image;
    }

    /** As the text of an SVG file: sharp at any size, and its words can be searched. */
    default String svg() {
        var body = new SvgBody();
        draw(new SvgGraphics(body));
        return body.file(width(), height());
    }

    /** Saves a picture whose format the file's name tells, {@code .png} or {@code .svg}, making the folders on the way; returns the file. */
    default Path save(Path file) {
        var name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        boolean svg = name.endsWith(".svg");
        if (!svg && !name.endsWith(".png")) {
            throw new IllegalArgumentException(file + ": expected a name that ends in .png or .svg");
        }
        try {
            var folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (svg) {
                Files.writeString(file, svg());
            } else if (!ImageIO.write(image(), "png", file.toFile())) {
                throw new IOException("no PNG writer in this JDK");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
        }
    }
}
