using System.Text.Json;
using System.Text.Unicode;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Cli.AskTell;

/// <summary>One line of the client: an operation and its fields. What is wrong with them is collected and told at once.</summary>
internal sealed class Request
{
    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["ask"] = ["count"],
        ["report"] = ["trial", "epoch", "value", "values"],
        ["tell"] = ["trial", "value", "values", "failed", "cost", "usage"],
        ["add"] = ["point", "value", "values", "failed", "cost", "usage"],
        ["state"] = [],
    };

    private readonly JsonElement json;
    private readonly List<string> problems = [];

    private Request(JsonElement json, string operation) => (this.json, Operation) = (json, operation);

    public string Operation { get; }

    /// <exception cref="RequestException">It is not an operation, or not JSON at all.</exception>
    public static Request Read(ReadOnlyMemory<byte> line)
    {
        var json = Parse(line);
        if (json.ValueKind != JsonValueKind.Object)
            throw new RequestException("a line must be a JSON object such as {\"op\":\"ask\"}");
        if (!json.TryGetProperty("op", out var op))
            throw new RequestException($"'op' is missing, must be one of {string.Join(", ", Fields.Keys)}");
        if (op.ValueKind != JsonValueKind.String)
            throw new RequestException($"'op' must be one of {string.Join(", ", Fields.Keys)}");
        if (!Fields.TryGetValue(op.GetString()!, out var known))
            throw new RequestException(Nearest.Unknown("op", Shown(op.GetString()!), Fields.Keys));
        var request = new Request(json, op.GetString()!);
        foreach (var field in json.EnumerateObject().Where(field => field.Name != "op" && !known.Contains(field.Name)))
            request.Refuse(Nearest.Unknown("field", Shown(field.Name), known));
        return request;
    }

    public bool Has(string field) => json.TryGetProperty(field, out _);

    public JsonElement? Get(string field) => json.TryGetProperty(field, out var value) ? value : null;

    /// <summary>A whole number in a range; null when the field is not there, or wrong.</summary>
    public int? Whole(string field, int min, int max)
    {
        if (Get(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsInteger(number) && number >= min && number <= max)
            return (int)number;
        Refuse($"'{field}' must be a whole number from {min} to {max}");
        return null;
    }

    /// <summary>A finite number; null when it is something else.</summary>
    public double? Finite(JsonElement value, string field)
    {
        if (value.ValueKind == JsonValueKind.Number && value.GetDouble() is var number && double.IsFinite(number))
            return number;
        Refuse($"'{field}' must be a finite number");
        return null;
    }

    public void Require(string field, string what)
    {
        if (!Has(field))
            Refuse($"'{field}' is missing, must be {what}");
    }

    public void Refuse(string problem) => problems.Add(problem);

    /// <exception cref="RequestException">Something was refused; the message has all of it.</exception>
    public void ThrowIfWrong()
    {
        if (problems.Count > 0)
            throw new RequestException(string.Join("; ", problems));
    }

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";

    private static JsonElement Parse(ReadOnlyMemory<byte> line)
    {
        if (!Utf8.IsValid(line.Span))
            throw new RequestException("the line is not UTF-8 text");
        try
        {
            RequireUnicode(line.Span);
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            // The line has no lines, and the parser counts from 0.
            var message = exception.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw new RequestException(exception.BytePositionInLine is { } position ? $"not JSON at column {position + 1}: {message}" : message);
        }
    }

    /// <summary>JSON can escape halves of characters, of which no text can be made.</summary>
    private static void RequireUnicode(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new RequestException($"the string at column {reader.TokenStartIndex + 1} is not valid Unicode");
            }
        }
    }
}

/// <summary>A line cannot be answered; it has changed nothing.</summary>
internal sealed class RequestException(string message) : Exception(message);
