using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Artifacts;

/// <summary>How artifacts are written: like specs, indented for files and on one line for logs.</summary>
public static class ArtifactJson
{
    // A metric may be infinite, or no number at all.
    private static readonly JsonSerializerOptions Indented =
        new(SpecJson.Indented) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static JsonSerializerOptions Line { get; } =
        new(SpecJson.Options) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static byte[] WriteFile<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, Indented), (byte)'\n'];

    public static string WriteLine<T>(T value) => JsonSerializer.Serialize(value, Line);

    public static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, Line)!;

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Line)!;
}
