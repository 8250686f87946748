package soma.train;

/** What happens during training, for those who want to show or log it. */
public sealed interface TrainEvent {

    /**
     * Before the first step: how many epochs there will be at most, how many steps each has, the number of the first
     * epoch, and how many steps were done before.
     */
    record Started(int epochs, int stepsPerEpoch, int firstEpoch, int steps) implements TrainEvent {}

    /**
     * After a step.
     *
     * @param epoch from 1
     * @param step within the epoch, from 1
     * @param total steps of all epochs so far
     * @param loss of this step
     * @param meanLoss of the epoch so far
     * @param examples how many this step saw
     */
    record StepDone(int epoch, int step, int total, double loss, double meanLoss, int examples) implements TrainEvent {}

    /** After an epoch and its validation. */
    record EpochDone(Epoch epoch, boolean best) implements TrainEvent {}

    /** At the end. */
    record Finished(Report report) implements TrainEvent {}
}
