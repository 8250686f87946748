package soma.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The small language in which a case writes its defining expression: what TorchScript and Python share. A script is a
 * list of statements; the last one's value is the result.
 */
final class Script {

    /** An expression. */
    sealed interface Node {}

    /** A number (Long or Double), Boolean, String, or None as null. */
    record Literal(Object value) implements Node {}

    record Name(String name) implements Node {}

    /** A list or a tuple. */
    record Sequence(List<Node> items) implements Node {}

    record Call(Node function, List<Node> arguments, Map<String, Node> named) implements Node {}

    record Member(Node of, String name) implements Node {}

    record Index(Node of, List<Node> items) implements Node {}

    /** from:to:step inside brackets; missing parts are None. */
    record Span(Node from, Node to, Node step) implements Node {}

    /** The three dots. */
    record Dots() implements Node {}

    record Unary(String op, Node x) implements Node {}

    record Binary(String op, Node a, Node b) implements Node {}

    /** yes if condition else no. */
    record Choice(Node yes, Node condition, Node no) implements Node {}

    /** [element for variable in source]. */
    record Each(Node element, Node variable, Node source) implements Node {}

    /** A statement. */
    sealed interface Statement {}

    /** target = value, or target op= value; the target is a name, an indexed name or a sequence of names. */
    record Assign(Node target, String op, Node value) implements Statement {}

    record Say(Node value) implements Statement {}

    record Loop(Node variable, Node source, List<Statement> body) implements Statement {}

    /** if condition: yes else: no. */
    record Fork(Node condition, List<Statement> yes, List<Statement> no) implements Statement {}

    private static final Pattern TOKEN = Pattern.compile("""
        \\s*(?:(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)|(?<name>[A-Za-z_]\\w*)|(?<string>'[^']*'|"[^"]*")\
        |(?<op>\\*\\*|//|==|!=|<=|>=|\\+=|-=|\\*=|/=|\\.\\.\\.|[-+*/%@<>=()\\[\\],.:&|^~;]))\
        """);

    private record Line(int indent, List<String> tokens) {}

    private final List<String> tokens;
    private int at;

    private Script(List<String> tokens) {
        this.tokens = tokens;
    }

    static List<Statement> parse(String text) {
        var lines = lines(text);
        int[] next = {0};
        var out = block(lines, next, lines.isEmpty() ? 0 : lines.get(0).indent);
        if (next[0] != lines.size() || out.isEmpty()) {
            throw new IllegalArgumentException("cannot read the script: " + text);
        }
        return out;
    }

    /** One expression. */
    static Node expression(String text) {
        if (parse(text) instanceof List<Statement> all && all.size() == 1 && all.get(0) instanceof Say say) {
            return say.value;
        }
        throw new IllegalArgumentException("not an expression: " + text);
    }

    // ---- lines

    private static List<Line> lines(String text) {
        var out = new ArrayList<Line>();
        List<String> open = null;
        int depth = 0;
        for (var line : text.split("\n")) {
            var body = line.replaceFirst("#.*", "");
            if (body.isBlank()) {
                continue;
            }
            if (open == null) {
                open = new ArrayList<>();
                out.add(new Line(body.length() - body.stripLeading().length(), open));
            }
            var found = TOKEN.matcher(body.stripTrailing());
            int end = 0;
            while (end < body.stripTrailing().length()) {
                if (!found.find(end) || found.start() != end) {
                    throw new IllegalArgumentException("cannot read '" + body.substring(end) + "'");
                }
                end = found.end();
                var token = found.group().strip();
                open.add(token);
                depth += "([".contains(token) ? 1 : ")]".contains(token) ? -1 : 0;
                if (token.equals(";") && depth == 0) {
                    open.removeLast();
                    int indent = out.getLast().indent;
                    open = new ArrayList<>();
                    out.add(new Line(indent, open));
                }
            }
            open = depth > 0 ? open : null;
        }
        out.removeIf(line -> line.tokens.isEmpty());
        return out;
    }

    private static List<Statement> block(List<Line> lines, int[] next, int indent) {
        var out = new ArrayList<Statement>();
        while (next[0] < lines.size() && lines.get(next[0]).indent == indent) {
            var line = new Script(lines.get(next[0]++).tokens);
            if (line.take("for")) {
                var variable = line.targets();
                line.expect("in");
                var source = line.sequence();
                line.expect(":");
                out.add(new Loop(variable, source, block(lines, next, lines.get(next[0]).indent)));
            } else if (line.take("if")) {
                var condition = line.choice();
                line.expect(":");
                var yes = block(lines, next, lines.get(next[0]).indent);
                boolean other =
                        next[0] < lines.size() && lines.get(next[0]).tokens.equals(List.of("else", ":"));
                next[0] += other ? 1 : 0;
                out.add(new Fork(condition, yes, other ? block(lines, next, lines.get(next[0]).indent) : List.of()));
            } else {
                out.add(line.statement());
            }
            line.expectEnd();
        }
        return out;
    }

    private Statement statement() {
        take("return");
        var first = sequence();
        if (take(":")) {
            choice(); // the type of a variable, which its value tells as well
        }
        for (var op : List.of("=", "+=", "-=", "*=", "/=")) {
            if (take(op)) {
                return new Assign(first, op.substring(0, op.length() - 1), sequence());
            }
        }
        return new Say(first);
    }

    // ---- expressions, loosest first

    private Node sequence() {
        var first = choice();
        if (!peek(",")) {
            return first;
        }
        var items = new ArrayList<>(List.of(first));
        while (take(",") && at < tokens.size() && !peek("=") && !peek(")")) {
            items.add(choice());
        }
        return new Sequence(items);
    }

    private Node targets() {
        var items = new ArrayList<Node>();
        do {
            items.add(new Name(tokens.get(at++)));
        } while (take(","));
        return items.size() == 1 ? items.get(0) : new Sequence(items);
    }

    private Node choice() {
        var yes = binary(0);
        if (!take("if")) {
            return yes;
        }
        var condition = binary(0);
        expect("else");
        return new Choice(yes, condition, choice());
    }

    private static final List<List<String>> LEVELS = List.of(
            List.of("or"),
            List.of("and"),
            List.of("==", "!=", "<=", ">=", "<", ">", "is"),
            List.of("|"),
            List.of("^"),
            List.of("&"),
            List.of("+", "-"),
            List.of("*", "/", "//", "%", "@"));

    private Node binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        var left = binary(level + 1);
        while (at < tokens.size() && LEVELS.get(level).contains(tokens.get(at))) {
            var op = tokens.get(at++);
            if (op.equals("is")) {
                op = take("not") ? "!=" : "==";
            }
            left = new Binary(op, left, binary(level + 1));
        }
        return left;
    }

    private Node unary() {
        for (var op : List.of("-", "+", "~", "not", "*")) {
            if (take(op)) {
                return new Unary(op, unary());
            }
        }
        var base = postfix();
        return take("**") ? new Binary("**", base, unary()) : base;
    }

    private Node postfix() {
        var x = atom();
        while (true) {
            if (take(".")) {
                x = new Member(x, tokens.get(at++));
            } else if (take("(")) {
                x = call(x);
            } else if (take("[")) {
                var items = new ArrayList<Node>();
                while (!take("]")) {
                    items.add(indexItem());
                    if (!peek("]")) {
                        expect(",");
                    }
                }
                x = new Index(x, items);
            } else {
                return x;
            }
        }
    }

    private Call call(Node function) {
        var arguments = new ArrayList<Node>();
        var named = new LinkedHashMap<String, Node>();
        while (!take(")")) {
            if (at + 1 < tokens.size() && tokens.get(at + 1).equals("=")) {
                var name = tokens.get(at);
                at += 2;
                named.put(name, choice());
            } else {
                arguments.add(choice());
            }
            if (!peek(")")) {
                expect(",");
            }
        }
        return new Call(function, arguments, named);
    }

    private Node indexItem() {
        var from = peek(":") ? new Literal(null) : choice();
        if (!take(":")) {
            return from;
        }
        Node to = new Literal(null);
        Node step = new Literal(null);
        if (!peek(":") && !peek(",") && !peek("]")) {
            to = choice();
        }
        if (take(":") && !peek(",") && !peek("]")) {
            step = choice();
        }
        return new Span(from, to, step);
    }

    private Node atom() {
        var token = tokens.get(at++);
        if (token.equals("(")) {
            if (take(")")) {
                return new Sequence(List.of());
            }
            var inside = sequence();
            expect(")");
            return inside;
        }
        if (token.equals("[")) {
            return list();
        }
        if (token.equals("...")) {
            return new Dots();
        }
        char c = token.charAt(0);
        if (c == '\'' || c == '"') {
            return new Literal(token.substring(1, token.length() - 1));
        }
        if (Character.isDigit(c) || c == '.' && token.length() > 1) {
            boolean whole = token.chars().allMatch(Character::isDigit);
            return new Literal(whole ? (Object) Long.parseLong(token) : (Object) Double.parseDouble(token));
        }
        if (!Character.isLetter(c) && c != '_') {
            throw new IllegalArgumentException("unexpected '" + token + "' in " + String.join(" ", tokens));
        }
        return switch (token) {
            case "None" -> new Literal(null);
            case "True" -> new Literal(true);
            case "False" -> new Literal(false);
            default -> new Name(token);
        };
    }

    private Node list() {
        var items = new ArrayList<Node>();
        while (!take("]")) {
            items.add(choice());
            if (items.size() == 1 && take("for")) {
                var variable = targets();
                expect("in");
                var source = choice();
                expect("]");
                return new Each(items.get(0), variable, source);
            }
            if (!peek("]")) {
                expect(",");
            }
        }
        return new Sequence(items);
    }

    // ---- tokens

    private boolean peek(String token) {
        return at < tokens.size() && tokens.get(at).equals(token);
    }

    private boolean take(String token) {
        if (!peek(token)) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(String token) {
        if (!take(token)) {
            throw new IllegalArgumentException(
                    "expected '" + token + "' at token " + at + " of " + String.join(" ", tokens));
        }
    }

    private void expectEnd() {
        if (at != tokens.size()) {
            throw new IllegalArgumentException(
                    "cannot read from '" + tokens.get(at) + "' in " + String.join(" ", tokens));
        }
    }
}
