package soma.graph;

import soma.kernel.Lane;

/**
 * One step of a loop's program: {@code target = lane(a, b, c, d)}, of as many operands as its form has. Operands
 * 0 .. loads-1 are loads, the rest registers. A SCALAR load is given to the kernel as a number.
 */
record Instr(Form form, Lane lane, int target, int a, int b, int c, int d) {

    /** Which operands are numbers instead of blocks. */
    enum Form {
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
        MUL_ADD_MUL
    }
}
