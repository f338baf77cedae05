using System.Text.Json.Serialization;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>What the numbers of a text stand for.</summary>
/// <param name="Unit">What the text is a sequence of.</param>
/// <param name="Vocabulary">
/// The character of each number, in the order of Unicode; null for bytes, whose numbers are their values from 0 to 255.
/// </param>
public sealed record TextUnits(TextUnit Unit, IReadOnlyList<string>? Vocabulary)
{
    /// <summary>How many different numbers there are, which is the outputs that a model of the text needs.</summary>
    [JsonIgnore]
    public int Count => Vocabulary?.Count ?? 256;
}
