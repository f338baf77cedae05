using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DurableTrainer.Api.Events;

/// <summary>Writes events as a stream that never ends before they do (HTML Living Standard, section 9.2).</summary>
internal static class ServerSentEvents
{
    public const string ContentType = "text/event-stream";

    /// <summary>Between two signs of life, which keep proxies from closing a connection on which nothing happens.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task SendAsync(HttpContext context, IAsyncEnumerable<LoggedEvent> events, CancellationToken cancellation)
    {
        var response = context.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        // Proxies of the nginx family would hold events back until they have enough of them.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.WriteAsync("retry: 1000\n\n", cancellation);

        await using var following = events.GetAsyncEnumerator(cancellation);
        var next = following.MoveNextAsync().AsTask();
        while (true)
        {
            // What is there already goes out together.
            if (!next.IsCompleted)
                await response.Body.FlushAsync(cancellation);
            while (await Task.WhenAny(next, Task.Delay(KeepAlive, cancellation)) != next)
            {
                cancellation.ThrowIfCancellationRequested();
                await response.WriteAsync(": still here\n\n", cancellation);
                await response.Body.FlushAsync(cancellation);
            }

            if (!await next)
                return;
            await response.Body.WriteAsync(following.Current.Message, cancellation);
            next = following.MoveNextAsync().AsTask();
        }
    }
}
