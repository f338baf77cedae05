using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableTrainer.Api.Http;

/// <summary>Tables as comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    public const string ContentType = "text/csv";

    /// <summary>Whether a client would rather have CSV than JSON.</summary>
    public static bool IsWanted(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        return Quality("text/csv") is > 0 and var csv && csv > (Quality("application/json") ?? 0);

        double? Quality(string type) => accepted.Where(known => known.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(known => known.Quality ?? 1).Cast<double?>().Max();
    }

    public static string Field(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>Answers with CSV and an entity tag.</summary>
internal sealed class CsvAnswer(string table) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        Conditional.AnswerAsync(httpContext, Encoding.UTF8.GetBytes(table), Csv.ContentType + "; charset=utf-8");
}
