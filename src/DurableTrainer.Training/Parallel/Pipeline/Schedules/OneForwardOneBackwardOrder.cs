namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>
/// A stage lets as many micro-batches in as there are stages behind it, then sends one back for every other one that it lets in, and at last
/// those that are left (Narayanan et al. 2019, "PipeDream", section 3.2, with the flush of Narayanan et al. 2021, "Efficient Large-Scale Language
/// Model Training on GPU Clusters Using Megatron-LM", section 2.2.1).
/// </summary>
internal static class OneForwardOneBackwardOrder
{
    public static IEnumerable<Instruction> Of(int stage, int stages, int microBatches)
    {
        var ahead = Math.Min(stages - 1 - stage, microBatches);
        for (var forward = 0; forward < microBatches + ahead; forward++)
        {
            if (forward < microBatches)
                yield return new Instruction(InstructionKind.Forward, stage, forward);
            if (forward >= ahead)
                yield return new Instruction(InstructionKind.Backward, stage, forward - ahead);
        }
    }
}
