using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DurableTrainer.Api.Events;

/// <summary>Writes events as a stream that never ends before they do (HTML Living Standard, section 9.2).</summary>
internal static class ServerSentEvents
{
    public const string ContentType = "text/event-stream";

    /// <summary>Between two signs of life, which keep proxies from closing a connection on which nothing happens.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private static readonly byte[] Retry = Encoding.UTF8.GetBytes("retry: 1000\n\n");
    private static readonly byte[] SignOfLife = Encoding.UTF8.GetBytes(": still here\n\n");

    /// <param name="context">The request.</param>
    /// <param name="flocks">Events as many at a time as there are; none after <see cref="KeepAlive"/> without any.</param>
    /// <param name="cancellation">Ends the stream.</param>
    public static async Task SendAsync(HttpContext context, IAsyncEnumerable<IReadOnlyList<LoggedEvent>> flocks, CancellationToken cancellation)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        // Proxies of the nginx family would hold events back until they have enough of them.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        response.BodyWriter.Write(Retry);
        await foreach (var flock in flocks.WithCancellation(cancellation))
        {
            if (flock.Count == 0)
                response.BodyWriter.Write(SignOfLife);
            foreach (var happened in flock)
                response.BodyWriter.Write(happened.Message.Span);
            await response.BodyWriter.FlushAsync(cancellation);
        }
    }
}
