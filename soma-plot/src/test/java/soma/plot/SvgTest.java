package soma.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;
import soma.Rng;
import soma.Tensor;
import soma.train.Epoch;
import soma.train.Evaluation;
import soma.train.Report;

class SvgTest {
    @TempDir
    Path folder;

    private static Figure figure(Consumer<Graphics2D> drawing) {
        return new Figure() {
            @Override
            public int width() {
                return 100;
            }

            @Override
            public int height() {
                return 50;
            }

            @Override
            public void draw(Graphics2D g) {
                drawing.accept(g);
            }
        };
    }

    private static String drawn(Consumer<Graphics2D> drawing) {
        var svg = figure(drawing).svg();
        parse(svg);
        return svg.lines().skip(2).filter(l -> !l.equals("</svg>")).reduce("", (a, b) -> a + b + "\n");
    }

    private static Document parse(String xml) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new AssertionError(xml, e);
        }
    }

    @Test
    void fillsAndLines() {
        assertThat(drawn(g -> {
                    g.translate(10, 5);
                    g.setColor(new Color(255, 0, 0, 51));
                    g.fillRect(0, 0, 20, 10);
                    g.setColor(Color.BLUE);
                    g.scale(2, 2);
                    g.setStroke(new BasicStroke(
                            1.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10, new float[] {2, 1}, 0));
                    g.drawLine(0, 0, 5, 5);
                }))
                .isEqualTo("""
                    <path d="M10 5L30 5L30 15L10 15L10 5Z" fill="#ff0000" fill-opacity="0.2"/>
                    <path d="M10 5L20 15" fill="none" stroke="#0000ff" stroke-width="3" stroke-linecap="round"\
                     stroke-linejoin="round" stroke-dasharray="4 2" stroke-dashoffset="0"/>
                    """);
    }

    @Test
    void piecesOfACurveAreOnePath() {
        assertThat(drawn(g -> {
                    g.draw(new Line2D.Double(0, 0, 1, 2));
                    g.draw(new Line2D.Double(1, 2, 3, 4.12345));
                    g.draw(new Line2D.Double(9, 9, 8, 8));
                    g.setColor(Color.RED);
                    g.draw(new Line2D.Double(8, 8, 7, 7));
                }))
                .contains("M0 0L1 2L3 4.123\"", "M9 9L8 8\"", "M8 8L7 7\"");
    }

    @Test
    void textKeepsItsWidthAndIsEscaped() {
        var svg = drawn(g -> {
            g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
            g.drawString("a < b & \"c\"", 3, 20);
            g.rotate(-Math.PI / 2, 20, 25);
            g.drawString("up", 20, 25);
        });
        assertThat(svg)
                .contains(
                        "<text x=\"3\" y=\"20\" ",
                        "font-weight=\"bold\"",
                        "textLength=\"",
                        ">a &lt; b &amp; &quot;c&quot;<")
                .contains("transform=\"matrix(0 -1 1 0 -5 45)\"");
    }

    @Test
    void clipsOnlyWhereTheyCut() {
        var svg = drawn(g -> {
            var part = (Graphics2D) g.create(10, 10, 30, 30);
            part.fill(new Rectangle(10, 10, 5, 5));
            part.fill(new Rectangle(20, 20, 50, 5));
            part.dispose();
            g.fill(new Rectangle(0, 0, 99, 9));
        });
        assertThat(svg.lines().filter(l -> l.contains("clip-path=\"url(#c1)\"")))
                .hasSize(1);
        assertThat(figure(g -> {
                            g.clipRect(0, 0, 10, 10);
                            g.clipRect(5, 5, 10, 10);
                            g.fillRect(0, 0, 20, 20);
                        })
                        .svg())
                .contains("<clipPath id=\"c1\"><path d=\"M5 5L");
    }

    @Test
    void picturesAreInTheFile() throws IOException {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 0, 0x12AB34);
        var svg = drawn(g -> g.drawImage(image, 5, 6, 20, 10, null));
        assertThat(svg).contains("width=\"2\" height=\"1\" transform=\"matrix(10 0 0 10 5 6)\"");
        var png = svg.substring(svg.indexOf("base64,") + 7, svg.lastIndexOf('"'));
        var read = ImageIO.read(
                new ByteArrayInputStream(java.util.Base64.getDecoder().decode(png)));
        assertThat(read.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0x12AB34);
    }

    private static Report report() {
        return new Report(
                List.of(
                        new Epoch(1, 0.9, Optional.of(new Evaluation(1.0, Map.of("accuracy", 0.5))), 0.1, 2),
                        new Epoch(2, 0.5, Optional.of(new Evaluation(0.7, Map.of("accuracy", 0.8))), 0.05, 2)),
                2,
                Report.End.DONE,
                20);
    }

    /** A picture, or a part of one, over a colour: what is transparent shows it. */
    @Test
    void picturesLieOnTheColourThatTheyAreGiven() {
        var image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        var whole = drawn(g -> g.drawImage(image, 5, 6, 4, 4, Color.RED, null));
        var part = drawn(g -> g.drawImage(image, 5, 6, 9, 10, 0, 0, 4, 4, Color.RED, null));
        var square = drawn(g -> {
            g.setColor(Color.RED);
            g.fillRect(5, 6, 4, 4);
        });
        assertThat(whole).startsWith(square).contains("<image");
        assertThat(part).startsWith(square).contains("<image");
    }

    @Test
    void everyFigureIsAWholeSvg() {
        var rng = Rng.seed(1);
        var points = Tensor.of(new float[][] {{0, 0}, {1, 1}});
        List<Figure> all = List.of(
                new Circuit("f").gate("x", 0, 0, 1, 2).gate("+", 1, 0, 3, 1, 0),
                new ConfusionMatrix("m", new int[][] {{9, 1}, {0, 8}}, List.of("a", "<b>")),
                new Curves("c", "x", "y").line("one", new double[] {1, 10, 100}).logarithmic(),
                new ImageGrid("i", Tensor.randn(rng, 3, 4, 4), 2, 3).asSigned().captioned(List.of("1", "2", "3")),
                new Regions("r", x -> x.sum(1), -1, 2, 0, 1, points, Tensor.of(new float[] {0, 1})),
                new Panels(
                        List.of(
                                new Circuit("a").gate("x", 0, 0, 1, 2),
                                new Curves("b", "x", "y").points("two", new double[] {0, 1}, new double[] {1, 0})),
                        1),
                TrainingFigures.loss("l", report()));
        for (var figure : all) {
            var root = parse(figure.svg()).getDocumentElement();
            assertThat(root.getAttribute("width")).isEqualTo("" + figure.width());
            assertThat(root.getChildNodes().getLength()).isGreaterThan(5);
            assertThat(figure.svg()).as("same bytes again").isEqualTo(figure.svg());
        }
    }

    @Test
    void epochsCountFromOne() {
        var line = TrainingFigures.loss("l", report()).lines().get(1);
        assertThat(line.name()).isEqualTo("validation");
        assertThat(line.x()).containsExactly(1, 2);
        assertThat(line.y()).containsExactly(1.0, 0.7);
        assertThat(TrainingFigures.of(report())).hasSize(3);
        assertThat(TrainingFigures.metrics("m", report()).lines().get(0).y()).containsExactly(0.5, 0.8);
    }

    @Test
    void theNameTellsTheFormat() throws IOException {
        var figure = figure(g -> g.drawLine(0, 0, 9, 9));
        assertThat(Files.readString(figure.save(folder.resolve("new/a.svg")))).isEqualTo(figure.svg());
        assertThat(ImageIO.read(figure.save(folder.resolve("a.PNG")).toFile()).getWidth())
                .isEqualTo(100);
        assertThatThrownBy(() -> figure.save(folder.resolve("a.gif")))
                .hasMessageEndingWith("a.gif: expected a name that ends in .png or .svg");
    }

    @Test
    void aReportIsOnePage() throws IOException {
        var page = new ReportPage("a <b>", report()).text("summary & more");
        var html = Files.readString(page.save(folder.resolve("out/report.html")));
        assertThat(html)
                .contains("<h1>a &lt;b&gt;</h1>", "2 epochs, 20 steps, 4.0 s. Best: epoch 2.", "summary &amp; more")
                .contains("<tr class=\"best\"><td>2</td><td>0.50000</td><td>0.70000</td><td>0.8000</td>");
        assertThat(html.split("<svg ", -1)).hasSize(4);
    }
}
