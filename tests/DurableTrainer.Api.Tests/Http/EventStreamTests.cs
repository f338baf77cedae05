using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class EventStreamTests
{
    [Fact]
    public async Task A_stream_tells_everything_in_order_and_ends_with_the_experiment()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());

        var following = FollowAsync(server, id);
        server.Release();
        var told = await following;

        var log = (await server.GetAsync($"api/experiments/{id}/events", "application/json")).AsArray().Select(happened => (string)happened!["id"]!);
        Assert.Equal(log, told);
        Assert.Equal(("started", "ended"), (told[0], told[^1]));
    }

    [Fact]
    public async Task Reconnecting_behind_any_event_gives_the_rest_of_them()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());
        var all = await FollowAsync(server, id);

        for (var known = 0; known < all.Count - 1; known++)
            Assert.Equal(all[(known + 1)..], await FollowAsync(server, id, all[known]));
    }

    [Fact]
    public async Task A_client_that_knows_the_end_is_told_to_stop()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());

        using var response = await server.Client.SendAsync(Request(id, "ended"));

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Many_who_follow_hear_the_same()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec("""{ "budget": { "trials": 20 } }"""));

        var followers = Enumerable.Range(0, 50).Select(_ => FollowAsync(server, id)).ToList();
        server.Release();
        var told = await Task.WhenAll(followers);

        Assert.All(told, events => Assert.Equal(told[0], events));
        Assert.Equal(told[0].Count, told[0].Distinct().Count());
    }

    [Fact]
    public async Task There_is_no_stream_of_what_is_not_there()
    {
        await using var server = await StartAsync();

        using var response = await server.Client.SendAsync(Request("curve-3", null));

        await ProblemOf(response, 404);
    }

    private static HttpRequestMessage Request(string id, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"api/experiments/{id}/events") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        return request;
    }

    private static async Task<List<string>> FollowAsync(TestServer server, string id, string? lastEventId = null)
    {
        using var response = await server.Client.SendAsync(Request(id, lastEventId), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var told = new List<string>();
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync());
        await foreach (var _ in parser.EnumerateAsync())
            told.Add(parser.LastEventId);
        return told;
    }
}
