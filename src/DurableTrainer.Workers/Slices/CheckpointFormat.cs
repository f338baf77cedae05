using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Workers.Slices;

/// <summary>How checkpoints of one kind are stored.</summary>
/// <param name="Extension">How their names end.</param>
/// <param name="Read">Reads one; throws a <see cref="CheckpointException"/> when it is not whole.</param>
internal sealed record CheckpointFormat<TCheckpoint>(string Extension, Func<byte[], TCheckpoint> Read)
    where TCheckpoint : ITrialCheckpoint;
