using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableTrainer.Tuning.Rows;

/// <summary>
/// Trials as JSON: those that have ended as short rows, the others as objects. Each is an item of its own, so that a state differs from
/// the one before only where a trial changed.
/// </summary>
internal sealed class TrialsConverter : JsonConverter<IReadOnlyList<TrialRecord>>
{
    // A state is written after every step, and each time all trials but one are those that were written before.
    private static readonly ConditionalWeakTable<TrialRecord, string> Written = [];

    public override IReadOnlyList<TrialRecord> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("Trials must be an array.");
        var trials = new List<TrialRecord>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            trials.Add(reader.TokenType switch
            {
                JsonTokenType.String => TrialRow.Read(reader.GetString()!),
                JsonTokenType.StartObject => JsonSerializer.Deserialize<TrialRecord>(ref reader, options)!,
                _ => throw new JsonException($"Trial {trials.Count} is neither a row nor an object."),
            });
        }

        return trials;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<TrialRecord> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var trial in value)
        {
            if (Written.TryGetValue(trial, out var row))
                writer.WriteStringValue(row);
            else if (TrialRow.Holds(trial))
                writer.WriteStringValue(Written.GetValue(trial, TrialRow.Write));
            else
                JsonSerializer.Serialize(writer, trial, options);
        }

        writer.WriteEndArray();
    }
}
