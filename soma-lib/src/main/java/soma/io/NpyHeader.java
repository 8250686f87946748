package soma.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import soma.DType;
import soma.Tensor;

/** The dictionary at the head of an npy file: read as the literal it is, never evaluated. */
record NpyHeader(String descr, boolean fortranOrder, List<Long> shape) {
    private static final Pattern ITEM = Pattern.compile("\\s*'(descr|fortran_order|shape)'\\s*:\\s*"
            + "(?:'([^']*)'|(True|False)|\\(([0-9L,\\s]*)\\))\\s*(,|(?=\\}))");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}L?");

    static NpyHeader parse(Path file, String text) {
        var body = text.strip();
        if (!body.startsWith("{") || !body.endsWith("}") || body.length() > 10_000) {
            throw new FileFormatException(file, "the header is not a dictionary: " + brief(body));
        }
        String descr = null;
        Boolean fortran = null;
        List<Long> shape = null;
        var item = ITEM.matcher(body).region(1, body.length());
        item.useTransparentBounds(true);
        int at = 1;
        while (item.lookingAt()) {
            switch (item.group(1)) {
                case "descr" -> descr = item.group(2);
                case "fortran_order" ->
                    fortran = item.group(3) == null ? null : item.group(3).equals("True");
                default -> shape = item.group(4) == null ? null : numbers(file, item.group(4));
            }
            at = item.end();
            item.region(at, body.length());
        }
        if (!body.substring(at).strip().equals("}")) {
            throw new FileFormatException(
                    file,
                    "the header cannot be read from here: " + brief(body.substring(at))
                            + "; structured types are not supported");
        }
        if (descr == null || fortran == null || shape == null) {
            throw new FileFormatException(file, "the header lacks descr, fortran_order or shape: " + brief(body));
        }
        return new NpyHeader(descr, fortran, shape);
    }

    private static String brief(String s) {
        return s.length() > 80 ? s.substring(0, 80) + ".." : s;
    }

    private static List<Long> numbers(Path file, String tuple) {
        var out = new ArrayList<Long>();
        for (var part : tuple.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            if (!NUMBER.matcher(part.strip()).matches()) {
                throw new FileFormatException(file, "the header's shape is not numbers: (" + brief(tuple) + ")");
            }
            out.add(Long.parseLong(part.strip().replace("L", "")));
        }
        return out;
    }

    /** Magic, version and dictionary for a tensor, padded so that the numbers start at a multiple of 64. */
    static byte[] text(Tensor t) {
        var sizes = Arrays.stream(t.shape().toArray()).mapToObj(d -> d + ",").collect(Collectors.joining(" "));
        var dict = "{'descr': '" + descr(t.dtype()) + "', 'fortran_order': False, 'shape': (" + sizes + "), }";
        int total = (10 + dict.length() + 1 + 63) / 64 * 64;
        var out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) (total - 10));
        out.put((dict + " ".repeat(total - 11 - dict.length()) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        return out.array();
    }

    private static String descr(DType dtype) {
        return switch (dtype) {
            case FLOAT64 -> "<f8";
            case FLOAT32, BFLOAT16 -> "<f4";
            case FLOAT16 -> "<f2";
            case INT64 -> "<i8";
            case INT32 -> "<i4";
            case INT8 -> "|i1";
            case UINT8 -> "|u1";
            case BOOL -> "|b1";
        };
    }
}
