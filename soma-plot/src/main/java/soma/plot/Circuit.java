package soma.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A computation drawn as a circuit: boxes for operations, forward values above the wires in green, gradients below in red. */
public record Circuit(String title, List<Gate> gates) implements Figure {
    private static final int CELL_X = 130;
    private static final int CELL_Y = 92;
    private static final int TOP = 70;
    private static final int LEFT = 80;
    private static final int RADIUS = 21;

    /**
     * One operation or input.
     *
     * @param label what stands in it
     * @param column position from left, 0 first
     * @param row position from top; halves are allowed
     * @param inputs numbers of the gates it reads
     * @param value its forward value
     * @param gradient the derivative of the last gate with respect to it
     */
    public record Gate(String label, int column, double row, List<Integer> inputs, double value, double gradient) {}

    /** Without gates yet. */
    public Circuit(String title) {
        this(title, List.of());
    }

    /** With one more gate. */
    public Circuit gate(String label, int column, double row, double value, double gradient, Integer... inputs) {
        var all = new ArrayList<>(gates);
        all.add(new Gate(label, column, row, List.of(inputs), value, gradient));
        return new Circuit(title, List.copyOf(all));
    }

    @Override
    public int width() {
        return LEFT + CELL_X * (1 + gates.stream().mapToInt(Gate::column).max().orElse(0));
    }

    @Override
    public int height() {
        return TOP
                + (int) (CELL_Y
                        * (0.8 + gates.stream().mapToDouble(Gate::row).max().orElse(0)));
    }

    private static double x(Gate g) {
        return LEFT + g.column() * (double) CELL_X;
    }

    private static double y(Gate g) {
        return TOP + g.row() * CELL_Y;
    }

    @Override
    public void draw(Graphics2D g) {
        g.setFont(Style.TITLE);
        g.drawString(title, 14, 24);
        g.setStroke(new BasicStroke(1.6f));
        g.setColor(new Color(0x888888));
        for (var to : gates) {
            for (int i : to.inputs()) {
                g.draw(new Line2D.Double(x(gates.get(i)), y(gates.get(i)), x(to), y(to)));
            }
        }
        for (var gate : gates) {
            var circle = new Ellipse2D.Double(x(gate) - RADIUS, y(gate) - RADIUS, 2 * RADIUS, 2 * RADIUS);
            g.setColor(gate.inputs().isEmpty() ? new Color(0xEEF3F8) : Color.WHITE);
            g.fill(circle);
            g.setColor(Style.INK);
            g.draw(circle);
            g.setFont(Style.TEXT);
            Style.centred(g, gate.label(), x(gate), y(gate));
            g.setFont(Style.SMALL);
            g.setColor(new Color(0x00703C));
            Style.centred(g, number(gate.value()), x(gate), y(gate) - RADIUS - 9);
            g.setColor(new Color(0xB2182B));
            Style.centred(g, number(gate.gradient()), x(gate), y(gate) + RADIUS + 9);
        }
    }

    private static String number(double v) {
        var text = String.format(Locale.ROOT, "%.4f", v);
        return text.replaceAll("\\.?0+$", "");
    }
}
