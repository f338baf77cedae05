using System.Text.Json;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Export;

/// <summary>The content of <c>model.json</c>: all that a program needs beside the weights, and where the model came from.</summary>
public sealed record ModelDescription
{
    /// <summary>Names the form of this file.</summary>
    public string Format { get; init; } = "durabletrainer.model.1";

    public required ModelInput Input { get; init; }

    /// <summary>Names of the outputs of a classifier, in their order; null for a model that predicts a value.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Where the model came from.</summary>
    public required ModelLineage Lineage { get; init; }

    /// <summary>The hyperparameters that it was trained with.</summary>
    public required Point Point { get; init; }

    /// <summary>What was measured at its epoch, by name in alphabetical order.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>The file of the parameters and state.</summary>
    public required ModelWeights Weights { get; init; }

    /// <summary>The graph of operations.</summary>
    public required JsonElement Graph { get; init; }
}

/// <summary>What the model takes.</summary>
/// <param name="Shape">Shape of one sample, without the batch.</param>
/// <param name="Scale">Raw numbers are multiplied by this before they go in.</param>
/// <param name="Text">What the raw numbers of a text stand for; null for other data.</param>
public sealed record ModelInput(IReadOnlyList<int> Shape, double Scale, TextUnits? Text = null);

/// <summary>Where a model came from.</summary>
/// <param name="Experiment">The experiment's id.</param>
/// <param name="Trial">The trial's number in it.</param>
/// <param name="Epoch">Epochs that it was trained for.</param>
/// <param name="Step">Optimizer steps that it was trained for.</param>
/// <param name="DataSha256">Hash of the data that it was trained on.</param>
/// <param name="Segments">
/// Who trained it with what, epoch by epoch, when that was not one trial with one point: all that it takes to train it again.
/// </param>
/// <param name="Replicas">What the replicas contributed whose gradients were brought together; null when one processor trained it.</param>
public sealed record ModelLineage(
    string Experiment, int Trial, int Epoch, long Step, string DataSha256, IReadOnlyList<Segment>? Segments = null,
    IReadOnlyList<ReplicaLineage>? Replicas = null);

/// <summary>The file with the model's numbers.</summary>
/// <param name="File">Its name, in the folder of the description.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Parameters">How many numbers were learned.</param>
public sealed record ModelWeights(string File, string Sha256, long Parameters);
