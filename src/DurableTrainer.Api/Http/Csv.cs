namespace DurableTrainer.Api.Http;

/// <summary>Tables as comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    public const string ContentType = "text/csv";

    public static string Field(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
