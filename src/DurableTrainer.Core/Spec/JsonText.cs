using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DurableTrainer.Core.Spec;

/// <summary>Turns JSON text with comments and trailing commas into nodes. What JSON cannot say twice, it may not.</summary>
internal static class JsonText
{
    public static JsonNode? Parse(string text, SpecProblems problems)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            reader.Read();
            var node = ReadValue(ref reader, "", bytes, problems);
            reader.Read();
            return node;
        }
        catch (JsonException exception)
        {
            // The parser counts from 0 and ends with what it calls its position.
            var message = exception.Message.Split(" LineNumber:")[0].TrimEnd('.');
            problems.Add("", $"line {exception.LineNumber + 1}, column {exception.BytePositionInLine + 1}: {message}.");
            return null;
        }
        catch (InvalidOperationException)
        {
            problems.Add("", "a string is not valid Unicode");
            return null;
        }
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, string pointer, byte[] bytes, SpecProblems problems)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new JsonObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    var place = JsonPointer.Member(pointer, name);
                    var line = bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1;
                    reader.Read();
                    var value = ReadValue(ref reader, place, bytes, problems);
                    if (!members.TryAdd(name, value))
                        problems.Add(place, $"is given twice, the second time on line {line}");
                }

                return members;
            case JsonTokenType.StartArray:
                var items = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadValue(ref reader, JsonPointer.Item(pointer, items.Count), bytes, problems));
                return items;
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble());
            case JsonTokenType.True or JsonTokenType.False:
                return reader.GetBoolean();
            default:
                return null;
        }
    }
}
