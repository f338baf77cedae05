namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>The least piece of work that a unit does without looking up: an operation of a stage's way forward or back, or what is between.</summary>
internal readonly record struct Chunk(int Stage, ChunkKind Kind, int Operation);

/// <summary>What a chunk does.</summary>
internal enum ChunkKind
{
    TakeInput,
    Forward,
    Loss,
    BackwardInputs,
    BackwardWeights,
    HandBack,
    Sum,
    Move,
    Evaluate,
}
