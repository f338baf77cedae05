using System.Text;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Http;

/// <summary>Tables as comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    public const string ContentType = "text/csv";

    public static string Field(string text) =>
        text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>Answers with CSV and an entity tag.</summary>
internal sealed class CsvAnswer(string table) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        Conditional.AnswerAsync(httpContext, Encoding.UTF8.GetBytes(table), Csv.ContentType + "; charset=utf-8");
}
