using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.ServerSentEvents;

namespace DurableTrainer.Bench.Serving;

/// <summary>Many clients of a server: half of them ask for the status of an experiment once a second, half follow its events.</summary>
internal sealed class Clients
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>The first question of each client opens its connection, and does not count.</summary>
    private const int WarmUp = 1;

    private readonly ConcurrentBag<double> milliseconds = [];

    /// <summary>How long each question for a status took.</summary>
    public IReadOnlyCollection<double> Milliseconds => milliseconds;

    /// <summary>Events that a follower did not hear, heard twice or heard in another order than they are logged.</summary>
    public int LostEvents { get; private set; }

    /// <summary>Until the experiments have ended.</summary>
    /// <param name="server">Whom they ask.</param>
    /// <param name="ids">The experiments.</param>
    /// <param name="count">How many clients.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task RunAsync(ServerProcess server, IReadOnlyList<string> ids, int count, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var followers = Enumerable.Range(0, count / 2).Select(i => (Id: ids[i % ids.Count], Heard: FollowAsync(server, ids[i % ids.Count], cancellation))).ToList();
        var pollers = Enumerable.Range(0, count - followers.Count).Select(i => PollAsync(server, ids[i % ids.Count], Interval * i / count, ended.Token)).ToList();
        await Task.WhenAll(followers.Select(follower => follower.Heard));
        await ended.CancelAsync();
        await Task.WhenAll(pollers);

        foreach (var id in ids)
        {
            var logged = (await server.EventsAsync(id, cancellation)).Select(happened => (string)happened!["id"]!).ToList();
            foreach (var (_, heard) in followers.Where(follower => follower.Id == id))
                LostEvents += Differences(logged, await heard);
        }
    }

    private static int Differences(List<string> logged, List<string> heard) =>
        Math.Abs(logged.Count - heard.Count) + logged.Zip(heard).Count(pair => pair.First != pair.Second);

    private static async Task<List<string>> FollowAsync(ServerProcess server, string id, CancellationToken cancellation)
    {
        var heard = new List<string>();
        using var response = await server.Client.GetAsync($"api/experiments/{id}/events", HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellation));
        await foreach (var _ in parser.EnumerateAsync(cancellation))
            heard.Add(parser.LastEventId);
        return heard;
    }

    private async Task PollAsync(ServerProcess server, string id, TimeSpan offset, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(offset, cancellation);
            using var timer = new PeriodicTimer(Interval);
            for (var question = 0; question == 0 || await timer.WaitForNextTickAsync(cancellation); question++)
            {
                var asked = Stopwatch.GetTimestamp();
                using var response = await server.Client.GetAsync($"api/experiments/{id}", cancellation);
                await response.Content.ReadAsByteArrayAsync(cancellation);
                if (question >= WarmUp)
                    milliseconds.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                response.EnsureSuccessStatusCode();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The experiments have ended.
        }
    }
}
