using System.Buffers;
using System.Text;
using DurableTrainer.Api.Problems;
using DurableTrainer.Core.Spec;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableTrainer.Api.Http;

/// <summary>The body of a request as text.</summary>
internal static class TextBody
{
    /// <summary>As much as a spec may have.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>Reads what is sent as JSON or YAML.</summary>
    /// <returns>The text, and whether it is YAML.</returns>
    /// <exception cref="ApiException">It is another format, or too long.</exception>
    /// <exception cref="SpecException">It is not UTF-8.</exception>
    public static async Task<(string Text, bool IsYaml)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var isYaml = IsYaml(request);
        if (request.Headers.ContentEncoding.Count > 0)
            throw new ApiException(KnownProblems.Of(StatusCodes.Status415UnsupportedMediaType, "Send the body as it is, without Content-Encoding."));
        if (request.ContentLength > MostBytes)
            throw TooLarge();

        var bytes = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 4096) + 1);
        int count;
        while ((count = await request.Body.ReadAsync(bytes.GetMemory(4096), cancellation)) > 0)
        {
            bytes.Advance(count);
            if (bytes.WrittenCount > MostBytes)
                throw TooLarge();
        }

        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.WrittenSpan), isYaml);
        }
        catch (DecoderFallbackException)
        {
            throw new SpecException([new SpecProblem("", "is not UTF-8 text")]);
        }
    }

    private static bool IsYaml(HttpRequest request)
    {
        // A client that says nothing means JSON.
        if (string.IsNullOrEmpty(request.ContentType))
            return false;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || (type.Charset.HasValue && !type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            throw Refused();
        }

        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" or "text/json" => false,
            "application/yaml" or "application/x-yaml" or "text/yaml" or "text/x-yaml" => true,
            _ => throw Refused(),
        };
    }

    private static ApiException Refused() =>
        new(KnownProblems.Of(StatusCodes.Status415UnsupportedMediaType, "Send application/json or application/yaml, in UTF-8."));

    private static ApiException TooLarge() => new(KnownProblems.Of(StatusCodes.Status413PayloadTooLarge));
}
