package soma.kernel;

/**
 * One step of a fused loop: {@code target = lane(a, b, c, d)}, of as many operands as its form has. Operands
 * 0 .. loads-1 are loads, the rest registers, each a block of a {@link Blocks} or, where the form says scalar, a number.
 */
public record Instr(Form form, Lane lane, int target, int a, int b, int c, int d) {

    /** Which operands are numbers instead of blocks. */
    public enum Form {
        UNARY,
        FILL,
        BINARY,
        RIGHT_SCALAR,
        LEFT_SCALAR,
        TERNARY,
        /** target = a * scalar b + c. */
        MUL_ADD,
        /** target = c - a * scalar b. */
        MUL_SUB,
        /** target = a * scalar b + c * scalar d. */
        MUL_ADD_MUL;

        public int operands() {
            return switch (this) {
                case UNARY, FILL -> 1;
                case BINARY, LEFT_SCALAR, RIGHT_SCALAR -> 2;
                case TERNARY, MUL_ADD, MUL_SUB -> 3;
                case MUL_ADD_MUL -> 4;
            };
        }

        /** Whether operand {@code k}, from 0, is a number. */
        boolean isNumber(int k) {
            return switch (this) {
                case UNARY, BINARY, TERNARY -> false;
                case FILL, LEFT_SCALAR -> k == 0;
                case RIGHT_SCALAR, MUL_ADD, MUL_SUB -> k == 1;
                case MUL_ADD_MUL -> k == 1 || k == 3;
            };
        }
    }

    /** Operand {@code k}, from 0. */
    int operand(int k) {
        return switch (k) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            default -> d;
        };
    }
}
