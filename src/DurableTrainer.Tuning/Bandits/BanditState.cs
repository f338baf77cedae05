using System.Text.Json.Serialization;
using DurableTrainer.Tuning.Rows;

namespace DurableTrainer.Tuning.Bandits;

/// <summary>What the bandit has learned about its experts.</summary>
public sealed record BanditState
{
    [JsonPropertyName("experts")]
    public IReadOnlyList<ExpertState> Experts { get; init; } = [];

    /// <summary>Trials whose reward is not known yet.</summary>
    [JsonPropertyName("open")]
    public IReadOnlyList<Wager> Open { get; init; } = [];
}

/// <summary>What is known about one expert: a normal distribution over the weights of a linear function from context to reward.</summary>
public sealed record ExpertState
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Trials that it was chosen for.</summary>
    [JsonPropertyName("chosen")]
    public int Chosen { get; init; }

    /// <summary>What these earned, in all.</summary>
    [JsonPropertyName("earned")]
    public double Earned { get; init; }

    /// <summary>The inverse of the covariance of the weights, the lower half row by row.</summary>
    [JsonPropertyName("p")]
    [JsonConverter(typeof(PackedNumbers))]
    public required IReadOnlyList<double> Precision { get; init; }

    /// <summary>The precision times the mean of the weights.</summary>
    [JsonPropertyName("w")]
    [JsonConverter(typeof(PackedNumbers))]
    public required IReadOnlyList<double> Weighted { get; init; }
}

/// <summary>A trial as it was seen before its result: the reward will be shared by how much each expert wanted it.</summary>
public sealed record Wager
{
    [JsonPropertyName("t")]
    public required int Trial { get; init; }

    /// <summary>Place of the expert that chose it.</summary>
    [JsonPropertyName("e")]
    public required int Expert { get; init; }

    [JsonPropertyName("c")]
    [JsonConverter(typeof(PackedNumbers))]
    public required IReadOnlyList<double> Context { get; init; }

    /// <summary>By expert, from 0 to 1.</summary>
    [JsonPropertyName("s")]
    [JsonConverter(typeof(PackedNumbers))]
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>What was left to gain at most.</summary>
    [JsonPropertyName("r")]
    public double Regret { get; init; }
}
