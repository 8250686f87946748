package soma.conformance;

/** A case asks for something that Soma does not have (yet): the case is skipped, not failed. */
final class MissingOperator extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingOperator(String what) {
        super(what);
    }
}
