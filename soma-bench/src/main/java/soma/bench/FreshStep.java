package soma.bench;

import soma.Rng;
import soma.bench.sizes.FreshRun;

/**
 * A process that trains for some steps and does nothing else: {@code CASE STEPS}. It builds its one case itself, for to
 * build them all would be part of the time.
 */
public final class FreshStep {
    private FreshStep() {}

    public static void main(String[] args) {
        var steps = new Steps(Rng.seed(1));
        var step = switch (args[0]) {
            case "mlp-train-b128" -> NetCases.mlpTraining(steps);
            case "resnet18-cifar-train-b32" -> NetCases.resNet18Training(steps);
            case "gpt-small-train" -> TransformerCases.training(steps, TransformerCases.SMALL);
            case "gpt-d384-train" -> TransformerCases.training(steps, TransformerCases.MIDDLE);
            default -> throw new IllegalArgumentException("no case '" + args[0] + "' for a process of its own");
        };
        for (int i = Integer.parseInt(args[1]); i > 0; i--) {
            step.run();
        }
        System.out.println(FreshRun.DONE + FreshRun.peakKilobytes());
    }
}
