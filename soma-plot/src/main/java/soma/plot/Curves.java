package soma.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import soma.Tensor;

/** Lines over a common axis: loss curves, functions, spectra. */
public record Curves(String title, String xLabel, String yLabel, List<Line> lines, boolean logX, boolean logY)
        implements Figure {

    /** One named line. */
    public record Line(String name, double[] x, double[] y, boolean points) {}

    /** Without lines yet. */
    public Curves(String title, String xLabel, String yLabel) {
        this(title, xLabel, yLabel, List.of(), false, false);
    }

    /** With one more line. */
    public Curves line(String name, double[] x, double[] y) {
        return with(new Line(name, x, y, false));
    }

    /** With one more line over 0, 1, 2, ... */
    public Curves line(String name, double[] y) {
        return line(name, Tensor.arange(y.length).toDoubleArray(), y);
    }

    /** With points that are not joined. */
    public Curves points(String name, double[] x, double[] y) {
        return with(new Line(name, x, y, true));
    }

    /** With a logarithmic y axis. */
    public Curves logarithmic() {
        return new Curves(title, xLabel, yLabel, lines, logX, true);
    }

    private Curves with(Line line) {
        if (line.x().length != line.y().length) {
            throw new IllegalArgumentException(line.name() + ": " + line.x().length + " x values and " + line.y().length
                    + " y values, expected equally many");
        }
        var all = new ArrayList<>(lines);
        all.add(line);
        return new Curves(title, xLabel, yLabel, List.copyOf(all), logX, logY);
    }

    @Override
    public int width() {
        return 800;
    }

    @Override
    public int height() {
        return 500;
    }

    @Override
    public void draw(Graphics2D g) {
        chart().paint(g, width(), height());
    }

    private XYChart chart() {
        var chart = new XYChartBuilder()
                .width(width())
                .height(height())
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        var styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(new Color(0xE5E5E5));
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendVisible(lines.size() > 1);
        styler.setChartTitleFont(Style.TITLE);
        styler.setXAxisLogarithmic(logX);
        styler.setYAxisLogarithmic(logY);
        styler.setSeriesColors(Style.SERIES.toArray(Color[]::new));
        if (isCounted()) {
            chart.setCustomXAxisTickLabelsFormatter(v -> v == Math.rint(v) ? Long.toString(Math.round(v)) : "");
        }
        styler.setyAxisTickLabelsFormattingFunction(Curves::label);
        for (int i = 0; i < lines.size(); i++) {
            var line = lines.get(i);
            var series = chart.addSeries(line.name(), line.x(), line.y());
            series.setLineStyle(line.points() ? new BasicStroke(0) : new BasicStroke(2f));
            // One point makes no line.
            boolean marked = line.points() || line.x().length == 1;
            series.setMarker(marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
            if (line.points()) {
                series.setLineColor(new Color(0, 0, 0, 0));
                series.setMarkerColor(Style.SERIES.get(i % Style.SERIES.size()));
            }
        }
        return chart;
    }

    /** Whether x counts a few epochs or the like: there is none at 1.5. */
    private boolean isCounted() {
        var x = lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())).summaryStatistics();
        return !logX
                && x.getMax() - x.getMin() <= 20
                && lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())).allMatch(v -> v == Math.rint(v));
    }

    /** Four digits are enough beside an axis. */
    private static String label(double v) {
        var rounded = new BigDecimal(v).round(new MathContext(4)).stripTrailingZeros();
        double size = Math.abs(v);
        return v == 0 ? "0" : size >= 1e-4 && size < 1e6 ? rounded.toPlainString() : String.format(Locale.ROOT, "%.3g", v);
    }
}
