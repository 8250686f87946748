package soma.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import soma.DType;
import soma.Tensor;
import soma.op.Redirect;

/** What brackets behind a value choose, by the rules of NumPy. */
final class Subscripts {
    private Subscripts() {}

    /** A slice with its ends, each null where not given. */
    record Slice(Object from, Object to, Object step) {}

    static Object index(Object of, List<Object> items) {
        if (of instanceof Tensor x) {
            return index(x, items);
        }
        var list = Evaluator.items(of);
        if (items.get(0) instanceof Slice(Object from, Object to, Object step) && step == null) {
            int n = list.size();
            return list.subList(
                    from == null ? 0 : Math.floorMod((int) Arguments.integer(from), n),
                    to == null
                            ? n
                            : Arguments.integer(to) < 0
                                    ? n + (int) Arguments.integer(to)
                                    : (int) Arguments.integer(to));
        }
        int i = Math.toIntExact(Arguments.integer(items.get(0)));
        return list.get(i < 0 ? i + list.size() : i);
    }

    static Tensor index(Tensor x, List<Object> items) {
        int used = 0;
        for (var item : items) {
            used += item == null || item instanceof Script.Dots
                    ? 0
                    : item instanceof Tensor t && t.dtype() == DType.BOOL ? t.rank() : 1;
        }
        int axis = 0;
        var tensors = new ArrayList<Tensor>();
        for (var item : items) {
            switch (item) {
                case null -> {
                    x = x.unsqueeze(axis);
                    tensors.add(axis++, null);
                }
                case Script.Dots _ -> {
                    int skip = x.rank() - axis - remaining(items, item, used);
                    for (int i = 0; i < skip; i++) {
                        tensors.add(axis++, null);
                    }
                }
                case Slice(Object from, Object to, Object step) -> {
                    int by = step == null ? 1 : Math.toIntExact(Arguments.integer(step));
                    int start =
                            from == null ? (by > 0 ? 0 : Integer.MAX_VALUE) : Math.toIntExact(Arguments.integer(from));
                    int end = to == null
                            ? (by > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE)
                            : Math.toIntExact(Math.min(Integer.MAX_VALUE, Arguments.integer(to)));
                    x = x.slice(axis, start, end, by);
                    tensors.add(axis++, null);
                }
                case Tensor t
                when t.dtype() == DType.BOOL -> {
                    var places = Tensor.of(new Redirect.Barrier(t, t)).nonzero();
                    for (int i = 0; i < t.rank(); i++) {
                        tensors.add(axis++, places.select(1, i));
                    }
                }
                case Tensor t -> tensors.add(axis++, t);
                case List<?> list -> {
                    var places = list.stream().mapToLong(Arguments::integer).toArray();
                    tensors.add(axis++, Tensor.of(places, places.length));
                }
                default -> x = x.select(axis, Math.toIntExact(Arguments.integer(item)));
            }
        }
        return indexTensors(x, tensors);
    }

    private static int remaining(List<Object> items, Object dots, int used) {
        int before = 0;
        for (var item : items) {
            if (item == dots) {
                break;
            }
            before += item == null ? 0 : item instanceof Tensor t && t.dtype() == DType.BOOL ? t.rank() : 1;
        }
        return used - before;
    }

    /** x[t0, t1, ...] where a null index takes the whole axis. */
    static Tensor indexTensors(Tensor x, List<Tensor> at) {
        var order = order(x, at);
        var chosen = at.stream().filter(t -> t != null).toArray(Tensor[]::new);
        if (chosen.length == 0) {
            return x;
        }
        var front = x.permute(order).index(chosen);
        int first = firstOf(at);
        if (first == 0) {
            return front;
        }
        // Neighbouring index tensors leave their axes where they stood, others put them first.
        int indexRank = front.rank() - (x.rank() - chosen.length);
        var back = IntStream.concat(
                IntStream.concat(IntStream.range(indexRank, indexRank + first), IntStream.range(0, indexRank)),
                IntStream.range(indexRank + first, front.rank()));
        return front.permute(back.toArray());
    }

    /** The axes with indices first. */
    static int[] order(Tensor x, List<Tensor> at) {
        var indexed = IntStream.range(0, at.size()).filter(i -> at.get(i) != null);
        var rest = IntStream.range(0, x.rank()).filter(i -> i >= at.size() || at.get(i) == null);
        return IntStream.concat(indexed, rest).toArray();
    }

    private static int firstOf(List<Tensor> at) {
        var places =
                IntStream.range(0, at.size()).filter(i -> at.get(i) != null).toArray();
        boolean neighbours = places[places.length - 1] - places[0] == places.length - 1;
        return neighbours ? places[0] : 0;
    }
}
