using System.Security.Cryptography;
using System.Text.Json;
using DurableTrainer.Experiments.Artifacts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace DurableTrainer.Api.Http;

/// <summary>What is sent of something, with the entity tag that tells it from what was sent before (RFC 9110, section 8).</summary>
internal sealed class Representation(byte[] body, string contentType)
{
    public byte[] Body { get; } = body;

    public string ContentType { get; } = contentType;

    /// <summary>With its quotes.</summary>
    public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"";

    public static Representation OfJson<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, ArtifactJson.Line), "application/json; charset=utf-8");
}

/// <summary>Sends it; a client that has the same already is told so instead (RFC 9110, section 13).</summary>
internal sealed class RepresentationAnswer(Representation representation) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.Headers.ETag = representation.Tag;
        // May be kept, but must be asked about each time.
        response.Headers.CacheControl = "private, no-cache";
        if (HttpMethods.IsGet(request.Method) && Names(request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = representation.ContentType;
        response.ContentLength = representation.Body.Length;
        await response.Body.WriteAsync(representation.Body, httpContext.RequestAborted);
    }

    private bool Names(StringValues header) =>
        EntityTagHeaderValue.TryParseList(header, out var tags) && tags.Any(known => known == EntityTagHeaderValue.Any || known.Tag == representation.Tag);
}
