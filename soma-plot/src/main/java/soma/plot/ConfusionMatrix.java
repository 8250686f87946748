package soma.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.List;

/** How often each class (rows) was taken for each class (columns). Right answers in blue, mistakes in red. */
public record ConfusionMatrix(String title, int[][] counts, List<String> classes) implements Figure {
    private static final int CELL = 46;
    private static final int LEFT = 90;
    private static final int TOP = 90;

    @Override
    public int width() {
        return LEFT + CELL * counts.length + 20;
    }

    @Override
    public int height() {
        return TOP + CELL * counts.length + 20;
    }

    @Override
    public void draw(Graphics2D g) {
        int n = counts.length;
        g.setFont(Style.TITLE);
        g.setColor(Style.INK);
        g.drawString(title, 12, 24);
        g.setFont(Style.TEXT);
        Style.centred(g, "predicted", LEFT + n * CELL / 2.0, TOP - 40);
        g.rotate(-Math.PI / 2, 20, TOP + n * CELL / 2.0);
        Style.centred(g, "true", 20, TOP + n * CELL / 2.0);
        g.rotate(Math.PI / 2, 20, TOP + n * CELL / 2.0);
        for (int i = 0; i < n; i++) {
            g.setFont(Style.TEXT);
            g.setColor(Style.INK);
            Style.centred(g, classes.get(i), LEFT + (i + 0.5) * CELL, TOP - 14);
            Style.centred(g, classes.get(i), LEFT - 26, TOP + (i + 0.5) * CELL);
            int row = Math.max(1, java.util.Arrays.stream(counts[i]).sum());
            for (int j = 0; j < n; j++) {
                double share = (double) counts[i][j] / row;
                double strength = i == j ? share : Math.min(1, 12 * share);
                g.setColor(Style.mix(Color.WHITE, i == j ? Style.SERIES.get(0) : Style.SERIES.get(1), 0.85 * strength));
                g.fillRect(LEFT + j * CELL, TOP + i * CELL, CELL - 2, CELL - 2);
                if (counts[i][j] > 0) {
                    g.setColor(strength > 0.6 ? Color.WHITE : Style.INK);
                    g.setFont(Style.SMALL);
                    Style.centred(
                            g, Integer.toString(counts[i][j]), LEFT + (j + 0.5) * CELL - 1, TOP + (i + 0.5) * CELL - 1);
                }
            }
        }
    }
}
