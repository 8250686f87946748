package soma.labs;

/** A number to be reached: {@code metric op value}. */
public record Bar(String metric, Op op, double value, boolean passed) {

    /** How the metric is compared. */
    public enum Op {
        /** At least. */
        AT_LEAST(">="),
        /** At most. */
        AT_MOST("<=");

        private final String sign;

        Op(String sign) {
            this.sign = sign;
        }

        /** {@code >=} or {@code <=}. */
        public String sign() {
            return sign;
        }

        boolean holds(double measured, double wanted) {
            return this == AT_LEAST ? measured >= wanted : measured <= wanted;
        }
    }
}
