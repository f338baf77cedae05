using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Space;

namespace DurableTrainer.Training.Checkpoints;

/// <summary>How a checkpoint lies in a safetensors file.</summary>
internal static class CheckpointFile
{
    private const string StatePrefix = "state/", OptimizerPrefix = "optimizer/";
    private const string Format = "durabletrainer.checkpoint.1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // A loss may be infinite, and what is written must be what is read.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static byte[] Write(Checkpoint checkpoint)
    {
        if (checkpoint.Parameters.FirstOrDefault(tensor => IsPrefixed(tensor.Name)) is { } parameter)
            throw new ArgumentException($"A parameter cannot be named '{parameter.Name}'; that prefix is taken.", nameof(checkpoint));
        NamedTensor[] tensors =
        [
            .. checkpoint.Parameters,
            .. checkpoint.State.Select(tensor => tensor with { Name = StatePrefix + tensor.Name }),
            .. checkpoint.Optimizer.Select(tensor => tensor with { Name = OptimizerPrefix + tensor.Name }),
        ];
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["epoch"] = checkpoint.Epoch.ToString(CultureInfo.InvariantCulture),
            ["step"] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            ["point"] = JsonSerializer.Serialize(checkpoint.Point, Json),
            ["graph"] = checkpoint.Graph,
            ["history"] = JsonSerializer.Serialize(checkpoint.History, Json),
            [Checksum.Key] = Checksum.Blank,
        };
        if (checkpoint.DataSha256 is { } data)
            metadata["data"] = data;
        if (checkpoint.Async is { } asynchronous)
            metadata["async"] = asynchronous;
        var file = Safetensors.Write(tensors, metadata);
        Checksum.Enter(file);
        return file;
    }

    public static Checkpoint Read(ReadOnlySpan<byte> file)
    {
        Checksum.Verify(file);
        var (tensors, metadata) = Safetensors.Read(file);
        if (Text(metadata, "format") != Format)
            throw new CheckpointException($"The file has the format '{Text(metadata, "format")}'; {Format} can be read.");
        var (epochs, steps) = ((int)Number(metadata, "epoch", int.MaxValue), Number(metadata, "step", long.MaxValue));
        return new Checkpoint
        {
            Parameters = [.. tensors.Where(tensor => !IsPrefixed(tensor.Name))],
            State = Under(tensors, StatePrefix),
            Optimizer = Under(tensors, OptimizerPrefix),
            Epoch = epochs,
            Step = steps,
            Point = Parse<Point>(metadata, "point"),
            Graph = Text(metadata, "graph"),
            History = [.. Parse<List<EpochMetrics>>(metadata, "history").Select(WithStep)],
            DataSha256 = metadata.GetValueOrDefault("data"),
            Async = metadata.GetValueOrDefault("async"),
        };

        // Files from before steps were noted are of trials whose epochs all had the same number of them.
        EpochMetrics WithStep(EpochMetrics epoch) => epoch.Step > 0 ? epoch : epoch with { Step = epoch.Epoch * (steps / Math.Max(1, epochs)) };
    }

    private static bool IsPrefixed(string name) =>
        name.StartsWith(StatePrefix, StringComparison.Ordinal) || name.StartsWith(OptimizerPrefix, StringComparison.Ordinal);

    private static NamedTensor[] Under(IReadOnlyList<NamedTensor> tensors, string prefix) =>
    [
        .. from tensor in tensors
           where tensor.Name.StartsWith(prefix, StringComparison.Ordinal)
           select tensor with { Name = tensor.Name[prefix.Length..] },
    ];

    private static string Text(IReadOnlyDictionary<string, string> metadata, string key) =>
        metadata.TryGetValue(key, out var text) ? text : throw new CheckpointException($"The metadata has no '{key}'; this is no "
            + "checkpoint of a trial.");

    private static long Number(IReadOnlyDictionary<string, string> metadata, string key, long max) =>
        long.TryParse(Text(metadata, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? number
            : throw new CheckpointException($"'{key}' of the metadata is '{Text(metadata, key)}'; a whole number from 0 to {max} was due.");

    private static T Parse<T>(IReadOnlyDictionary<string, string> metadata, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text(metadata, key), Json)
                ?? throw new CheckpointException($"'{key}' of the metadata is null.");
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"'{key}' of the metadata cannot be read: {e.Message}", e);
        }
    }
}
