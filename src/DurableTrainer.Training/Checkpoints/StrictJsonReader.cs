using System.Text.Json;

namespace DurableTrainer.Training.Checkpoints;

/// <summary>Reads JSON of an expected form, and throws <see cref="JsonException"/> at anything else.</summary>
internal ref struct StrictJsonReader(ReadOnlySpan<byte> utf8)
{
    private Utf8JsonReader reader = new(utf8);

    public void StartObject() => Expect(JsonTokenType.StartObject);

    /// <returns>The next name of the current object, or null at its end.</returns>
    public string? NextName()
    {
        Next();
        return reader.TokenType == JsonTokenType.EndObject ? null : CurrentText();
    }

    public string Text()
    {
        Expect(JsonTokenType.String);
        return CurrentText();
    }

    /// <summary>An array of whole numbers from 0 to 2³¹ − 1.</summary>
    public List<int> Numbers()
    {
        var numbers = new List<int>();
        Expect(JsonTokenType.StartArray);
        while (Next() != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var number) || number < 0)
                throw new JsonException($"a whole number from 0 to {int.MaxValue} was due at byte {reader.TokenStartIndex}.");
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>Nothing but white space may follow.</summary>
    public void End()
    {
        if (reader.Read())
            throw new JsonException($"something follows at byte {reader.TokenStartIndex}.");
    }

    private void Expect(JsonTokenType type)
    {
        if (Next() != type)
            throw new JsonException($"{type} was due at byte {reader.TokenStartIndex}, where {reader.TokenType} is.");
    }

    private JsonTokenType Next() =>
        reader.Read() ? reader.TokenType : throw new JsonException("it ends too early.");

    private readonly string CurrentText()
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half of a surrogate pair, as an escape: valid JSON, but no text.
            throw new JsonException($"the text at byte {reader.TokenStartIndex} is not valid Unicode.", e);
        }
    }
}
