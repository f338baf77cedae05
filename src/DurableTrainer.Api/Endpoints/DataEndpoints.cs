using System.Text.RegularExpressions;
using DurableTrainer.Api.Data;
using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>Takes data in, and lists it.</summary>
internal static partial class DataEndpoints
{
    private const int DefaultLimit = 100;
    private const int MostAtOnce = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/api/data/{**path}", PutAsync).WithName("PutData")
            .WithSummary("Uploads a file that experiments may use. With Content-Digest or x-content-sha256 it is checked; with If-None-Match: * it replaces nothing.")
            .Accepts<byte[]>(isOptional: true, "*/*")
            .Produces<DataFile>(StatusCodes.Status201Created).Produces<DataFile>().Problems(400, 409, 412, 413);
        routes.MapGet("/api/data", ListAsync).WithName("ListData").WithSummary("The files that experiments may use.").Produces<Page<DataFile>>().Problems(400);
    }

    private static async Task<IResult> PutAsync(string path, HttpContext context, ApiServices api, CancellationToken cancellation)
    {
        if (DataRoot.WhyNot(path) is { } why)
            throw new ApiException(400, "bad-path", "Not a path", $"The path {why}.");
        var sha256 = AnnouncedHash(context.Request);
        if (context.Request.Headers.ContentEncoding.Count > 0)
            throw new ApiException(KnownProblems.Of(StatusCodes.Status415UnsupportedMediaType, "Send the body as it is, without Content-Encoding; a file may itself be compressed (.gz)."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = api.MostUploadBytes;
        var isThere = await api.Data.ExistsAsync(path, cancellation);
        try
        {
            var file = await api.Data.WriteAsync(path, context.Request.Body, sha256, overwrite: context.Request.Headers.IfNoneMatch != "*", cancellation);
            context.Response.StatusCode = isThere ? StatusCodes.Status200OK : StatusCodes.Status201Created;
            return JsonAnswer.Of(file);
        }
        catch (DataUploadException exception)
        {
            throw exception.Fault switch
            {
                DataUploadFault.Exists => new ApiException(StatusCodes.Status412PreconditionFailed, "exists", "The file is there already", exception.Message),
                DataUploadFault.Damaged => new ApiException(400, "digest", "Something else arrived than was announced", exception.Message),
                DataUploadFault.Full => new ApiException(StatusCodes.Status507InsufficientStorage, "full", "There is no space left", exception.Message),
                _ => new ApiException(StatusCodes.Status409Conflict, "in-the-way", "Something is in the way", exception.Message),
            };
        }
    }

    private static async Task<IResult> ListAsync(ApiServices api, int? limit, string? continuation, string? path, CancellationToken cancellation)
    {
        if (limit is < 1 or > MostAtOnce)
            throw new ApiException(400, "bad-query", "Not a query", $"limit must be a number from 1 to {MostAtOnce}.");
        if (path is not null)
            return JsonAnswer.Of(new Page<DataFile>(DataRoot.WhyNot(path) is null && await api.Data.DescribeAsync(path, cancellation) is { } one ? [one] : [], null));
        var files = await api.Data.ListAsync(continuation, (limit ?? DefaultLimit) + 1, cancellation);
        var page = files.Take(limit ?? DefaultLimit).ToList();
        return JsonAnswer.Of(new Page<DataFile>(page, files.Count > page.Count ? page[^1].Path : null));
    }

    /// <summary>As RFC 9530 writes it, <c>Content-Digest: sha-256=:…:</c>, or in hexadecimal.</summary>
    private static string? AnnouncedHash(HttpRequest request)
    {
        if (request.Headers["x-content-sha256"] is [{ } hex, ..])
            return HexHash().IsMatch(hex) ? hex.ToLowerInvariant() : throw BadDigest();
        if (request.Headers["Content-Digest"] is not [{ } digest, ..])
            return null;
        if (Sha256Digest().Match(digest) is not { Success: true } match)
            throw BadDigest();
        var bytes = new byte[33];
        return Convert.TryFromBase64String(match.Groups[1].Value, bytes, out var count) && count == 32
            ? Convert.ToHexStringLower(bytes.AsSpan(0, 32))
            : throw BadDigest();

        static ApiException BadDigest() => new(
            400, "digest", "Not a digest", "Content-Digest must be sha-256=:BASE64:, x-content-sha256 must have 64 hexadecimal digits.");
    }

    [GeneratedRegex(@"^[0-9a-fA-F]{64}\z")]
    private static partial Regex HexHash();

    [GeneratedRegex(@"(?:^|[,\s])sha-256=:([A-Za-z0-9+/=]{1,60}):")]
    private static partial Regex Sha256Digest();
}
