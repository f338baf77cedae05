using System.Text.Json.Serialization;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>Kernel parameters as they were fitted last, as far as they are worth remembering.</summary>
public sealed record KernelFits
{
    /// <summary>Trials with a value that there were then.</summary>
    [JsonPropertyName("n")]
    public required int Observations { get; init; }

    /// <summary>By the name of the process that they belong to.</summary>
    [JsonPropertyName("k")]
    public required IReadOnlyDictionary<string, double[]> Parameters { get; init; }
}
