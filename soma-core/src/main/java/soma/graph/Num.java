package soma.graph;

import soma.DType;
import soma.kernel.DKind;

/** What a fused loop computes in: float for float32 and the halves, double for float64, long for integers. */
enum Num {
    FLOAT(DKind.F32),
    DOUBLE(DKind.F64),
    LONG(DKind.I64);

    final DKind kind;

    Num(DKind kind) {
        this.kind = kind;
    }

    /** Bool has no arithmetic of its own and is computed in float. */
    static Num of(DType dtype) {
        return switch (dtype) {
            case FLOAT32, FLOAT16, BFLOAT16, BOOL -> FLOAT;
            case FLOAT64 -> DOUBLE;
            case INT32, INT64, INT8, UINT8 -> LONG;
        };
    }

    static DKind kind(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> DKind.F32;
            case FLOAT64 -> DKind.F64;
            case INT32 -> DKind.I32;
            case INT64 -> DKind.I64;
            case INT8 -> DKind.I8;
            case UINT8 -> DKind.U8;
            case BOOL -> DKind.BOOL;
            case FLOAT16 -> DKind.F16;
            case BFLOAT16 -> DKind.BF16;
        };
    }
}
