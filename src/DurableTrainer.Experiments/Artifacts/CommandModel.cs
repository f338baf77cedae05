using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>The content of <c>model.json</c> where a command trained the model: what is in the checkpoint, and where it came from.</summary>
public sealed record CommandModel
{
    /// <summary>Names the form of this file.</summary>
    public string Format { get; init; } = "durabletrainer.command.1";

    public required string Experiment { get; init; }

    /// <summary>The trial's number in it.</summary>
    public required int Trial { get; init; }

    /// <summary>Epochs that it was trained for.</summary>
    public required int Epoch { get; init; }

    /// <summary>The program and its arguments at its point.</summary>
    public required IReadOnlyList<string> Run { get; init; }

    /// <summary>The hyperparameters that it was trained with.</summary>
    public required Point Point { get; init; }

    /// <summary>Who trained it with what, when that was not one trial with one point.</summary>
    public IReadOnlyList<Segment>? Segments { get; init; }

    /// <summary>What was reported of its epoch, by name in alphabetical order.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>Hash of the files that the command names.</summary>
    public required string FilesSha256 { get; init; }

    public required CheckpointFile Checkpoint { get; init; }
}

/// <summary>The folder that the command kept, as a zip file.</summary>
/// <param name="File">Its name, in the folder of the description.</param>
/// <param name="Sha256">Its hash.</param>
public sealed record CheckpointFile(string File, string Sha256);
