namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>
/// One forward, one back, with the gradients of weights later than those of inputs by as many micro-batches as there are stages before this one
/// (schedule ZB-H1 of Qi et al. 2023, "Zero Bubble Pipeline Parallelism", section 2.1). So gradients of inputs reach the first stages sooner, the
/// last stages do the weights when the others are still on their way back, and every stage has as many micro-batches in flight as the first one.
/// </summary>
internal static class ZeroBubbleOrder
{
    public static IEnumerable<Instruction> Of(int stage, int stages, int microBatches)
    {
        var ahead = Math.Min(stages - 1 - stage, microBatches);
        for (var forward = 0; forward < microBatches + ahead + stage; forward++)
        {
            var (inputs, weights) = (forward - ahead, forward - ahead - stage);
            if (forward < microBatches)
                yield return new Instruction(InstructionKind.Forward, stage, forward);
            if (inputs >= 0 && inputs < microBatches)
                yield return new Instruction(InstructionKind.BackwardInputs, stage, inputs);
            if (weights >= 0)
                yield return new Instruction(InstructionKind.BackwardWeights, stage, weights);
        }
    }
}
