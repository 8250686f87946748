package soma.plot;

import java.awt.Graphics2D;
import java.util.List;

/** Figures in a grid, each in a cell as large as the largest. */
public record Panels(List<Figure> figures, int columns) implements Figure {

    private int cellWidth() {
        return figures.stream().mapToInt(Figure::width).max().orElse(0);
    }

    private int cellHeight() {
        return figures.stream().mapToInt(Figure::height).max().orElse(0);
    }

    @Override
    public int width() {
        return cellWidth() * Math.min(columns, figures.size());
    }

    @Override
    public int height() {
        return cellHeight() * Math.ceilDiv(figures.size(), columns);
    }

    @Override
    public void draw(Graphics2D g) {
        for (int i = 0; i < figures.size(); i++) {
            int x = i % columns * cellWidth();
            int y = i / columns * cellHeight();
            var part = (Graphics2D) g.create(x, y, cellWidth(), cellHeight());
            figures.get(i).draw(part);
            part.dispose();
        }
    }
}
