using DurableTrainer.Api.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Api.Security;

/// <summary>
/// Keeps pages of other sites from using a server that trusts everyone on its machine: by a name that suddenly leads here (DNS rebinding),
/// and by requests that a page sends without being able to read the answer.
/// </summary>
internal sealed class BrowserGuard(RequestDelegate next, bool trustsLoopback)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (trustsLoopback && !IsLoopbackName(request.Host.Host))
            return Refuse(context, "This server answers on its own machine only, as localhost or 127.0.0.1.");
        if (request.Headers.Origin is [{ Length: > 0 } origin, ..] && !IsSame(origin, request.Host))
            return Refuse(context, "Pages of other sites may not use this server.");
        if (request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site", ..] && !HttpMethods.IsGet(request.Method))
            return Refuse(context, "Pages of other sites may not use this server.");
        return next(context);
    }

    private static bool IsLoopbackName(string host) =>
        host is "localhost" or "127.0.0.1" or "[::1]" or "::1" || (System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address));

    private static bool IsSame(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    private static Task Refuse(HttpContext context, string why) =>
        new ProblemResult(ApiProblem.Of(StatusCodes.Status403Forbidden, "foreign", "Not for other sites", why)).ExecuteAsync(context);
}
