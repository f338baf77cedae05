using System.Text.Json;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Parallel.Async.Loopback;

/// <summary>What a learner in a process of its own must know to compute gradients. It needs no data: samples come with each batch.</summary>
/// <param name="Spec">What to train.</param>
/// <param name="SampleShape">Shape of a sample, without the batch.</param>
/// <param name="TargetSize">Targets of a sample.</param>
/// <param name="BatchSize">The most samples of a batch.</param>
/// <param name="Learner">Which learner it is.</param>
internal sealed record Setup(TrainingSpec Spec, IReadOnlyList<int> SampleShape, int TargetSize, int BatchSize, int Learner)
{
    public void WriteTo(Frame frame) => frame.Begin(FrameKind.Setup).Add<byte>(JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Options));

    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    public static Setup ReadFrom(Frame frame)
    {
        try
        {
            return JsonSerializer.Deserialize<Setup>(frame.Require(FrameKind.Setup).Rest(), SpecJson.Options)
                ?? throw new InvalidDataException("What to train is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"What to train cannot be read: {exception.Message}", exception);
        }
    }

    public Graph BuildGraph() => GraphBuilder.Build(Spec.Model, SampleShape, Spec.Loss, TargetSize);
}
