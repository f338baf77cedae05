using System.Security.Cryptography;
using System.Text.Json;
using DurableTrainer.Experiments.Artifacts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DurableTrainer.Api.Http;

/// <summary>Answers with JSON and an entity tag; a client that has the same already is told so instead (RFC 9110, section 13).</summary>
internal sealed class JsonAnswer<T>(T value) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        Conditional.AnswerAsync(httpContext, JsonSerializer.SerializeToUtf8Bytes(value, ArtifactJson.Line), "application/json; charset=utf-8");
}

/// <summary>Makes them, so that the type need not be written.</summary>
internal static class JsonAnswer
{
    public static IResult Of<T>(T value) => new JsonAnswer<T>(value);
}

/// <summary>Sends content with an entity tag, or that it has not changed.</summary>
internal static class Conditional
{
    public static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType)
    {
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 12))}\"";
        var (request, response) = (context.Request, context.Response);
        response.Headers.ETag = tag;
        // May be kept, but must be asked about each time.
        response.Headers.CacheControl = "private, no-cache";
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            if (Names(request.Headers.IfNoneMatch, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static bool Names(StringValues header, string tag) =>
        EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(known => known == EntityTagHeaderValue.Any || known.Tag == tag);
}
