package soma.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import soma.Param;
import soma.SomaException;

/**
 * Which optimizer moves which parameter, PyTorch's parameter groups: no weight decay for biases and norms, a smaller
 * learning rate for a part that was trained before. The first group that has a parameter takes it, {@code rest} all
 * others. A group may have another optimizer altogether.
 * {@snippet :
 * var adam = new AdamW(Schedule.warmupCosine(1e-3, 100, 2000)).weightDecay(0.1);
 * var groups = new Groups(adam)
 *         .with(Groups.named("backbone\\..*"), new AdamW(adam.lr().times(0.1)))
 *         .with(Groups.vectors(), adam.weightDecay(0));
 * var trainer = new Trainer(model, Loss::crossEntropy, groups);
 * }
 */
public record Groups(Optimizer<?> rest, List<Group> groups) {

    /** Some parameters, told by name and parameter, and what moves them. */
    public record Group(BiPredicate<String, Param> members, Optimizer<?> optimizer) {}

    public Groups {
        groups = List.copyOf(groups);
    }

    /** All parameters in one group. */
    public Groups(Optimizer<?> rest) {
        this(rest, List.of());
    }

    /** With one more group. */
    public Groups with(BiPredicate<String, Param> members, Optimizer<?> optimizer) {
        var all = new ArrayList<>(groups);
        all.add(new Group(members, optimizer));
        return new Groups(rest, all);
    }

    /** Parameters with fewer than two axes: biases, and gains of norms, which weight decay does not suit. */
    public static BiPredicate<String, Param> vectors() {
        return (_, p) -> p.shape().rank() < 2;
    }

    /** Parameters whose whole name, such as {@code encoder.0.weight}, the regular expression matches. */
    public static BiPredicate<String, Param> named(String regex) {
        var pattern = Pattern.compile(regex);
        return (name, _) -> pattern.matcher(name).matches();
    }

    /** What moves this parameter. */
    public Optimizer<?> of(String name, Param p) {
        for (var group : groups) {
            if (group.members().test(name, p)) {
                return group.optimizer();
            }
        }
        return rest;
    }

    /** The optimizers: that of the rest, then those of the groups in their order. */
    public List<Optimizer<?>> optimizers() {
        return Stream.<Optimizer<?>>concat(Stream.of(rest), groups.stream().map(Group::optimizer))
                .toList();
    }

    /** The schedules with a memory among the learning rates, each once. */
    public List<Plateau> plateaus() {
        return optimizers().stream()
                .map(Optimizer::lr)
                .filter(Plateau.class::isInstance)
                .map(Plateau.class::cast)
                .distinct()
                .toList();
    }

    /** A group that holds nothing is a mistyped pattern. */
    void check(Map<String, Param> params) {
        for (int i = 0; i < groups.size(); i++) {
            var members = groups.get(i).members();
            if (params.entrySet().stream().noneMatch(e -> members.test(e.getKey(), e.getValue()))) {
                throw new SomaException("parameter group " + (i + 1) + " of " + groups.size()
                        + " holds no parameter; the parameters are " + String.join(", ", params.keySet()));
            }
        }
    }
}
