using System.Text.Json.Serialization;

namespace DurableTrainer.Tuning;

/// <summary>That a trial went on with another point than before.</summary>
/// <param name="Epoch">Epochs that were done.</param>
/// <param name="Donor">Whose model it went on with, as that was after the same epochs; the trial itself when it kept its own.</param>
/// <param name="Values">What it trained with from there on, as in <see cref="TrialRecord.Values"/>.</param>
public sealed record Branch(
    [property: JsonPropertyName("e")] int Epoch,
    [property: JsonPropertyName("t")] int Donor,
    [property: JsonPropertyName("p")] IReadOnlyList<double?> Values);
