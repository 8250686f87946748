package soma.plot;

import java.awt.Graphics2D;
import java.util.List;
import java.util.stream.IntStream;

/** Figures in a grid: a row is as high as its highest figure, a column as wide as its widest. */
public record Panels(List<Figure> figures, int columns) implements Figure {

    private int rows() {
        return Math.ceilDiv(figures.size(), columns);
    }

    private int rowHeight(int row) {
        return IntStream.range(row * columns, Math.min(figures.size(), (row + 1) * columns))
                .map(i -> figures.get(i).height())
                .max()
                .orElse(0);
    }

    private int columnWidth(int column) {
        return IntStream.range(0, figures.size())
                .filter(i -> i % columns == column)
                .map(i -> figures.get(i).width())
                .max()
                .orElse(0);
    }

    @Override
    public int width() {
        return IntStream.range(0, columns).map(this::columnWidth).sum();
    }

    @Override
    public int height() {
        return IntStream.range(0, rows()).map(this::rowHeight).sum();
    }

    @Override
    public void draw(Graphics2D g) {
        int y = 0;
        for (int row = 0; row < rows(); row++) {
            int x = 0;
            for (int column = 0; column < columns && row * columns + column < figures.size(); column++) {
                var figure = figures.get(row * columns + column);
                var part = (Graphics2D) g.create(x, y, figure.width(), figure.height());
                figure.draw(part);
                part.dispose();
                x += columnWidth(column);
            }
            y += rowHeight(row);
        }
    }
}
