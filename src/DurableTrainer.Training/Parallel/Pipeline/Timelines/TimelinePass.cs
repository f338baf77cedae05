using DurableTrainer.Training.Parallel.Pipeline.Schedules;
using DurableTrainer.Training.Parallel.Pipeline.Simulation;

namespace DurableTrainer.Training.Parallel.Pipeline.Timelines;

/// <summary>When a micro-batch passed a stage.</summary>
/// <param name="Start">In seconds after the begin of the iteration.</param>
/// <param name="End">In seconds after the begin of the iteration.</param>
/// <param name="Pass">Which way.</param>
/// <param name="Stage">From 0.</param>
/// <param name="MicroBatch">From 0.</param>
public sealed record TimelinePass(double Start, double End, InstructionKind Pass, int Stage, int MicroBatch)
{
    internal static TimelinePass Of(TimelineSpan span) =>
        new(span.Start, span.End, span.Instruction.Kind, span.Instruction.Stage, span.Instruction.MicroBatch);

    /// <summary>In words.</summary>
    public string Describe() => Pass switch
    {
        InstructionKind.Forward => "forward",
        InstructionKind.Backward => "back",
        InstructionKind.BackwardInputs => "back, inputs",
        _ => "back, weights",
    };
}

/// <summary>When a unit trained something else.</summary>
/// <param name="Start">In seconds after the begin of the iteration.</param>
/// <param name="End">In seconds after the begin of the iteration.</param>
/// <param name="Trial">What it trained.</param>
public sealed record TimelineFill(double Start, double End, int Trial);
