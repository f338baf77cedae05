using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>A learner that computes on the thread of its seat.</summary>
/// <param name="learner">Its side of the conversation.</param>
/// <param name="program">Its replica of the model; it ends with the seat.</param>
internal sealed class LocalSeat(Learner learner, GradientProgram program) : ILearnerSeat
{
    public long? Epoch => learner.Epoch;

    public void Begin(Welcome welcome) => learner.Begin(welcome);

    public Push Compute(in Assignment work, in Pass pass, LearnerMemory memory)
    {
        program.Compute(memory.Parameters, memory.Samples, pass, memory.Gradient);
        return learner.PushOf(work, memory.Gradient.IsFinite);
    }

    public void Take(in Ack ack) => learner.Take(ack);

    public void Abandon()
    {
        // It comes back by itself, and is told that it is late.
    }

    public void Dispose() => program.Dispose();
}
