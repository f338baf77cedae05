using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Training;
using DurableTrainer.Core.Trials;
using DurableTrainer.Training.Checkpoints;

namespace DurableTrainer.Training.Export;

/// <summary>A trained model as files that need nothing of this project to be read.</summary>
/// <param name="Safetensors"><c>model.safetensors</c>: parameters and state, by path.</param>
/// <param name="Json"><c>model.json</c>: a <see cref="ModelDescription"/>.</param>
public sealed record ModelFiles(byte[] Safetensors, byte[] Json)
{
    public const string SafetensorsName = "model.safetensors", JsonName = "model.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A metric may be infinite or no number at all.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Makes the files of the model in a checkpoint. The same arguments give the same bytes: there is no time in them.</summary>
    /// <param name="checkpoint">Its last epoch in the history gives the metrics.</param>
    /// <param name="input">What the model takes.</param>
    /// <param name="classes">Names of a classifier's outputs; null for a model that predicts a value.</param>
    /// <param name="experiment">The experiment's id.</param>
    /// <param name="trial">The trial's number.</param>
    /// <param name="dataSha256">Hash of the data.</param>
    /// <param name="segments">The model's lineage; null when one trial trained it with one point.</param>
    /// <param name="parallel">How the model was spread over processors; null when that is not known.</param>
    /// <exception cref="ArgumentException">A parameter and a state share a path.</exception>
    /// <exception cref="CheckpointException">The graph is not JSON.</exception>
    public static ModelFiles Of(
        Checkpoint checkpoint, ModelInput input, IReadOnlyList<string>? classes, string experiment, int trial, string dataSha256,
        IReadOnlyList<Segment>? segments = null, ParallelSpec? parallel = null)
    {
        var weights = Checkpoints.Safetensors.Write(
            [.. checkpoint.Parameters, .. checkpoint.State],
            new Dictionary<string, string> { ["format"] = "durabletrainer.model.1", ["description"] = JsonName });
        var metrics = checkpoint.History.LastOrDefault(epoch => epoch.Epoch == checkpoint.Epoch)?.Values
            ?? new Dictionary<string, double>();
        var description = new ModelDescription
        {
            Input = input,
            Classes = classes,
            Lineage = new ModelLineage(experiment, trial, checkpoint.Epoch, checkpoint.Step, dataSha256, segments, ReplicaLineage.Of(checkpoint, parallel)),
            Point = checkpoint.Point,
            Metrics = new SortedDictionary<string, double>(metrics.ToDictionary(), StringComparer.Ordinal),
            Weights = new ModelWeights(
                SafetensorsName,
                Convert.ToHexStringLower(SHA256.HashData(weights)),
                checkpoint.Parameters.Sum(tensor => (long)tensor.Values.Length)),
            Graph = ParseGraph(checkpoint.Graph),
        };
        return new ModelFiles(weights, JsonSerializer.SerializeToUtf8Bytes(description, Options));
    }

    /// <summary>Reads the description back, and checks that the weights are those that it names.</summary>
    /// <exception cref="CheckpointException">The description is malformed, or the weights are others.</exception>
    public ModelDescription Describe()
    {
        ModelDescription description;
        try
        {
            description = JsonSerializer.Deserialize<ModelDescription>(Json, Options)
                ?? throw new CheckpointException($"{JsonName} is null.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{JsonName} cannot be read: {e.Message}", e);
        }

        return description.Weights.Sha256 == Convert.ToHexStringLower(SHA256.HashData(Safetensors))
            ? description
            : throw new CheckpointException($"{SafetensorsName} is not the file that {JsonName} describes, or it is damaged.");
    }

    private static JsonElement ParseGraph(string graph)
    {
        try
        {
            return JsonElement.Parse(graph);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"The checkpoint's graph is not JSON: {e.Message}", e);
        }
    }
}
