namespace DurableTrainer.Training.Parallel.Pipeline.Schedules;

/// <summary>One pass of one micro-batch through one stage.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Stage">From 0, where the batch comes in.</param>
/// <param name="MicroBatch">From 0.</param>
internal readonly record struct Instruction(InstructionKind Kind, int Stage, int MicroBatch);
