using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableTrainer.Api.Http;

/// <summary>What a client would rather have, where there is a choice.</summary>
internal static class Accepted
{
    /// <summary>Whether a request names one type with a higher weight than another (RFC 9110, section 12.5.1).</summary>
    public static bool Prefers(HttpRequest request, string type, string other)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return false;
        return Weight(type) is > 0 and var weight && weight > (Weight(other) ?? 0);

        double? Weight(string name) => accepted
            .Where(known => known.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Max(known => (double?)(known.Quality ?? 1));
    }
}
