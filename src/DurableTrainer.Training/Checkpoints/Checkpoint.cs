using DurableTrainer.Core.Space;

namespace DurableTrainer.Training.Checkpoints;

/// <summary>
/// Everything needed to continue a trial bit for bit. Random choices follow from keys (seed, trial, epoch), so there is no generator
/// state among it.
/// </summary>
/// <remarks>
/// Stored as a safetensors file that any tool can open: parameters under their own paths, state under <c>state/</c> and the
/// optimizer's numbers under <c>optimizer/</c> before their paths, everything else as text in the metadata.
/// </remarks>
public sealed record Checkpoint : ITrialCheckpoint
{
    /// <summary>What the model learns, by path (<c>layers.3.weight</c>).</summary>
    public required IReadOnlyList<NamedTensor> Parameters { get; init; }

    /// <summary>What the model keeps beside, such as running averages, by path.</summary>
    public required IReadOnlyList<NamedTensor> State { get; init; }

    /// <summary>What the optimizer keeps, by the path of its parameter and a name (<c>layers.3.weight/momentum</c>).</summary>
    public required IReadOnlyList<NamedTensor> Optimizer { get; init; }

    /// <summary>Epochs that are done.</summary>
    public required int Epoch { get; init; }

    /// <summary>Optimizer steps that are done.</summary>
    public required long Step { get; init; }

    public required Point Point { get; init; }

    /// <summary>The model's graph as JSON text.</summary>
    public required string Graph { get; init; }

    /// <summary>Metrics of the epochs that are done.</summary>
    public IReadOnlyList<EpochMetrics> History { get; init; } = [];

    /// <summary><see cref="Data.Dataset.Sha256"/> of the data that was trained on; null when it is not known.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>What learners and their server carry, as text; null where a model has none.</summary>
    public string? Async { get; init; }

    /// <summary>The same checkpoint gives the same bytes.</summary>
    /// <exception cref="ArgumentException">Two tensors would be stored under one name, or one does not fill its shape.</exception>
    public byte[] Write() => CheckpointFile.Write(this);

    /// <exception cref="CheckpointException">The bytes are not a checkpoint, or not every bit of them is as it was written.</exception>
    public static Checkpoint Read(ReadOnlySpan<byte> file) => CheckpointFile.Read(file);
}
