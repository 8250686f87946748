package soma.optim;

import static soma.optim.Lbfgs.dot;

/**
 * A line search for a step length t that lowers the function enough, f(t) <= f(0) + c1 t f'(0), where the slope has
 * flattened,
 * |f'(t)| <= c2 |f'(0)|: bracketing, then zooming in by cubic interpolation. Nocedal, Wright 2006, Algorithms 3.5 and
 * 3.6, with the safeguards of minFunc that PyTorch has too.
 */
final class StrongWolfe {
    private static final double C1 = 1e-4;
    private static final double C2 = 0.9;
    private static final double SHORTEST = 1e-9;
    private static final int MOST_TRIALS = 25;

    /** Length, what was seen there, how often the function was looked at. */
    record Found(double length, Lbfgs.Point point, int looks) {}

    /** A tried length with value and slope along the direction. */
    private record Trial(double length, Lbfgs.Point point, double slope) {
        double value() {
            return point.value();
        }
    }

    private final Lbfgs.Objective objective;
    private final Lbfgs.Point start;
    private final double[] direction;
    private final double slope;
    private int looks;

    StrongWolfe(Lbfgs.Objective objective, Lbfgs.Point start, double[] direction, double slope) {
        this.objective = objective;
        this.start = start;
        this.direction = direction;
        this.slope = slope;
    }

    static double[] along(double[] x, double t, double[] d) {
        var y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] += t * d[i];
        }
        return y;
    }

    private Trial trial(double t) {
        looks++;
        var point = objective.at(along(start.x(), t, direction));
        return new Trial(t, point, dot(point.gradient(), direction));
    }

    private boolean tooHigh(Trial t) {
        return t.value() > start.value() + C1 * t.length * slope;
    }

    private boolean isFlat(Trial t) {
        return Math.abs(t.slope) <= -C2 * slope;
    }

    private Found found(Trial t) {
        return new Found(t.length, t.point, looks);
    }

    Found search(double first) {
        var origin = new Trial(0, start, slope);
        var before = origin;
        var now = trial(first);
        for (int i = 0; i < MOST_TRIALS; i++) {
            if (tooHigh(now) || i > 1 && now.value() >= before.value()) {
                return zoom(before, now, MOST_TRIALS - i);
            }
            if (isFlat(now)) {
                return found(now);
            }
            if (now.slope >= 0) {
                return zoom(before, now, MOST_TRIALS - i);
            }
            double t = cubic(before, now, now.length + 0.01 * (now.length - before.length), now.length * 10);
            before = now;
            now = trial(t);
        }
        return found(origin.value() <= now.value() ? origin : now);
    }

    /** Narrows the interval between two trials, which holds a length to be found. */
    private Found zoom(Trial a, Trial b, int trials) {
        double size = Lbfgs.largest(direction);
        boolean stuck = false;
        var low = a.value() <= b.value() ? a : b;
        var high = low == a ? b : a;
        for (int i = 0; i < trials && Math.abs(high.length - low.length) * size >= SHORTEST; i++) {
            double least = Math.min(low.length, high.length);
            double most = Math.max(low.length, high.length);
            double t = cubic(low, high, least, most);
            // A trial too near an end of the interval hardly narrows it: the second time in a row it is moved inwards.
            double margin = 0.1 * (most - least);
            if (Math.min(most - t, t - least) < margin) {
                if (stuck || t >= most || t <= least) {
                    t = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
                    stuck = false;
                } else {
                    stuck = true;
                }
            } else {
                stuck = false;
            }
            var now = trial(t);
            if (tooHigh(now) || now.value() >= low.value()) {
                high = now;
                if (high.value() < low.value()) {
                    var lower = high;
                    high = low;
                    low = lower;
                }
            } else if (isFlat(now)) {
                return found(now);
            } else {
                if (now.slope * (high.length - low.length) >= 0) {
                    high = low;
                }
                low = now;
            }
        }
        return found(low);
    }

    /** The minimum of the cubic through two trials, within bounds. Nocedal, Wright 2006, (3.59). */
    private static double cubic(Trial p, Trial q, double least, double most) {
        var a = p.length <= q.length ? p : q;
        var b = a == p ? q : p;
        double d1 = a.slope + b.slope - 3 * (a.value() - b.value()) / (a.length - b.length);
        double square = d1 * d1 - a.slope * b.slope;
        if (square < 0) {
            return (least + most) / 2;
        }
        double d2 = Math.sqrt(square);
        double t = b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
        return Math.clamp(t, least, most);
    }
}
