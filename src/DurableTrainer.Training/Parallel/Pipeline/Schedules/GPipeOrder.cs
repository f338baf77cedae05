namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>
/// All micro-batches forward, then all of them back (Huang et al. 2019, "GPipe: Efficient Training of Giant Neural Networks using Pipeline
/// Parallelism", section 2.3). They go back in the order in which they went forward, and not the last one first as is drawn there: it takes as
/// long, and gradients are summed in the order of all other schedules.
/// </summary>
internal static class GPipeOrder
{
    public static IEnumerable<Instruction> Of(int stage, int microBatches)
    {
        for (var microBatch = 0; microBatch < microBatches; microBatch++)
            yield return new Instruction(InstructionKind.Forward, stage, microBatch);
        for (var microBatch = 0; microBatch < microBatches; microBatch++)
            yield return new Instruction(InstructionKind.Backward, stage, microBatch);
    }
}
