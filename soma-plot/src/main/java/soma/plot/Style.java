package soma.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;

/** Colours, fonts and text placing that all figures share. */
final class Style {
    static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    static final Color INK = new Color(0x222222);
    static final Color FAINT = new Color(0xBBBBBB);

    /** Okabe and Ito's colours, told apart by nearly everyone. */
    static final List<Color> SERIES = List.of(
            new Color(0x0072B2),
            new Color(0xD55E00),
            new Color(0x009E73),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x56B4E9),
            new Color(0x000000),
            new Color(0xF0E442));

    private Style() {}

    static void centred(Graphics2D g, String text, double x, double y) {
        var m = g.getFontMetrics();
        g.drawString(
                text, (float) (x - m.stringWidth(text) / 2.0), (float) (y + (m.getAscent() - m.getDescent()) / 2.0));
    }

    /** Blue for -1 through white for 0 to red for 1. */
    static Color diverging(double v) {
        double t = Math.clamp(v, -1, 1);
        return t < 0 ? mix(Color.WHITE, new Color(0x2166AC), -t) : mix(Color.WHITE, new Color(0xB2182B), t);
    }

    static Color mix(Color a, Color b, double t) {
        double s = Math.clamp(t, 0, 1);
        return new Color(
                (int) Math.round(a.getRed() + s * (b.getRed() - a.getRed())),
                (int) Math.round(a.getGreen() + s * (b.getGreen() - a.getGreen())),
                (int) Math.round(a.getBlue() + s * (b.getBlue() - a.getBlue())));
    }
}
