package soma.data;

import java.util.stream.IntStream;

/** Some of another set's examples. */
final class Subset implements Dataset {
    private final Dataset all;
    private final int[] chosen;

    Subset(Dataset all, int[] chosen) {
        for (int i : chosen) {
            if (i < 0 || i >= all.size()) {
                throw new IndexOutOfBoundsException("subset: example " + i + " is outside 0.." + (all.size() - 1));
            }
        }
        this.all = all;
        this.chosen = chosen;
    }

    @Override
    public int size() {
        return chosen.length;
    }

    @Override
    public Batch get(int... indices) {
        return all.get(IntStream.of(indices).map(i -> chosen[i]).toArray());
    }

    @Override
    public boolean isQuick() {
        return all.isQuick();
    }
}
