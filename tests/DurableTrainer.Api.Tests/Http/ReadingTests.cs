using System.Net;
using System.Net.Http.Headers;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class ReadingTests
{
    [Fact]
    public async Task Experiments_are_listed_newest_first_a_page_at_a_time_each_once()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 5; i++)
            await server.EndedAsync(Spec());

        var (ids, continuation) = (new List<string>(), "");
        do
        {
            var page = await server.GetAsync("api/experiments?limit=2" + (continuation.Length > 0 ? "&continuation=" + Uri.EscapeDataString(continuation) : ""));
            ids.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            continuation = (string?)page["continuation"] ?? "";
        }
        while (continuation.Length > 0);

        Assert.Equal(["curve-5", "curve-4", "curve-3", "curve-2", "curve-1"], ids);
    }

    [Fact]
    public async Task A_list_can_be_narrowed_by_status_and_name()
    {
        await using var server = await StartAsync();
        await server.EndedAsync(Spec());
        server.Hold();
        await server.AcceptedAsync(Spec("""{ "name": "other" }"""));

        Assert.Equal(["other-1"], await IdsAsync("status=running"));
        Assert.Equal(["curve-1"], await IdsAsync("status=completed"));
        Assert.Equal(["other-1"], await IdsAsync("name=other"));
        Assert.Empty(await IdsAsync("name=../curve"));

        async Task<IEnumerable<string>> IdsAsync(string query) =>
            (await server.GetAsync("api/experiments?" + query))["items"]!.AsArray().Select(item => (string)item!["id"]!);
    }

    [Theory]
    [InlineData("limit=0", "limit must be")]
    [InlineData("limit=99999", "limit must be")]
    [InlineData("limit=many", "limit")]
    [InlineData("status=tired", "status must be one of running, completed")]
    [InlineData("status=1", "status must be one of")]
    [InlineData("continuation=%FF", "continuation must be")]
    [InlineData("continuation=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSB4", "continuation must be")]
    public async Task A_query_that_makes_no_sense_is_refused_with_what_is_allowed(string query, string said)
    {
        await using var server = await StartAsync();

        using var response = await server.Client.GetAsync("api/experiments?" + query);

        Assert.Contains(said, (string?)(await ProblemOf(response, 400))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_has_the_newest_already_is_told_so()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());
        using var first = await server.Client.GetAsync($"api/experiments/{id}/spec");
        var tag = first.Headers.ETag!;

        using var again = await ConditionalAsync(tag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(0, again.Content.Headers.ContentLength ?? 0);

        using var other = await ConditionalAsync(new EntityTagHeaderValue("\"another\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);

        Task<HttpResponseMessage> ConditionalAsync(EntityTagHeaderValue known) =>
            server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"api/experiments/{id}/spec") { Headers = { IfNoneMatch = { known } } });
    }

    [Fact]
    public async Task The_tag_changes_with_the_experiment()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());
        using var before = await server.Client.GetAsync($"api/experiments/{id}");
        server.Release();
        await server.ToEndAsync(id);

        using var after = await server.Client.GetAsync($"api/experiments/{id}");

        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
        Assert.Equal(240, System.Xml.XmlConvert.ToTimeSpan((string)(await JsonOf(after))["usage"]!["cpuTime"]!).TotalSeconds);
    }

    [Fact]
    public async Task Metrics_come_as_json_or_csv_from_an_epoch_on()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());

        var all = (await server.GetAsync($"api/experiments/{id}/trials/0/metrics")).AsArray();
        Assert.Equal([1, 2, 3, 4], all.Select(line => (int)line!["epoch"]!));
        Assert.Equal("NaN", (string?)all[0]!["values"]!["train.loss"]);
        Assert.Equal([3, 4], (await server.GetAsync($"api/experiments/{id}/trials/0/metrics?from=3")).AsArray().Select(line => (int)line!["epoch"]!));

        using var csv = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"api/experiments/{id}/trials/0/metrics?from=4")
        {
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json", 0.5), new MediaTypeWithQualityHeaderValue("text/csv") } },
        });
        Assert.Equal("text/csv", csv.Content.Headers.ContentType?.MediaType);
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n");
        Assert.Equal("epoch,step,time,train.loss,validation.accuracy,wallClockSeconds,cpuSeconds,peakMemoryBytes", lines[0]);
        Assert.StartsWith("4,4,1970-01-01T00:00:00.0000000+00:00,NaN,0.", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",1,2,1048576", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/experiments/curve-9")]
    [InlineData("api/experiments/curve-1/trials/99")]
    [InlineData("api/experiments/curve-1/trials/99/metrics")]
    [InlineData("api/experiments/curve-1/trials/-1")]
    [InlineData("api/experiments/curve-1/trials/one")]
    [InlineData("api/experiments/..%2Fcurve-1")]
    [InlineData("api/experiments/%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("api/experiments/CURVE-1")]
    [InlineData("api/models/..%2F..%2Fx/champion")]
    [InlineData("api/models/curve/champion")]
    [InlineData("api/nothing")]
    [InlineData("")]
    public async Task What_is_not_there_is_said_to_be_not_there(string path)
    {
        await using var server = await StartAsync();
        await server.EndedAsync(Spec());

        using var response = await server.Client.GetAsync(path);

        await ProblemOf(response, 404);
    }

    [Fact]
    public async Task What_is_told_at_the_end_is_a_conflict_before()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());
        string[] routes = ["importance", "correlations", "model", "report"];
        foreach (var route in routes)
        {
            using var early = await server.Client.GetAsync($"api/experiments/{id}/{route}");
            await ProblemOf(early, 409);
        }

        server.Release();
        await server.ToEndAsync(id);

        foreach (var route in routes)
        {
            using var then = await server.Client.GetAsync($"api/experiments/{id}/{route}");
            Assert.Equal(HttpStatusCode.OK, then.StatusCode);
        }
    }

    [Fact]
    public async Task The_timeline_has_every_slice_with_its_epochs_and_decision()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec("""{ "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 2 } }"""));

        var slices = (await server.GetAsync($"api/experiments/{id}/timeline"))["slices"]!.AsArray();

        Assert.Equal([(0, 0, 1), (0, 1, 2), (0, 2, 4)], slices.Where(slice => (int)slice!["trial"]! == 0).Select(slice => ((int)slice!["trial"]!, (int)slice["fromEpoch"]!, (int)slice["toEpoch"]!)));
        Assert.All(slices, slice => Assert.NotEmpty((string)slice!["message"]!));
    }

    [Fact]
    public async Task The_model_comes_in_its_formats_and_in_parts()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());

        Assert.Contains(id, (await server.GetAsync($"api/experiments/{id}/model")).ToJsonString(), StringComparison.Ordinal);
        var whole = await server.Client.GetByteArrayAsync($"api/experiments/{id}/model?format=safetensors");
        using var part = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"api/experiments/{id}/model?format=safetensors") { Headers = { Range = new RangeHeaderValue(8, 15) } });
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(whole[8..16], await part.Content.ReadAsByteArrayAsync());
        using var zip = await server.Client.GetAsync($"api/experiments/{id}/model?format=zip");
        await ProblemOf(zip, 404);
        using var other = await server.Client.GetAsync($"api/experiments/{id}/model?format=pickle");
        await ProblemOf(other, 400);
    }

    [Fact]
    public async Task Health_and_pools_answer()
    {
        await using var server = await StartAsync();

        Assert.Equal("live", (string?)(await server.GetAsync("health/live"))["status"]);
        Assert.Equal("ready", (string?)(await server.GetAsync("health/ready"))["status"]);
        Assert.Equal("cpu", (string?)(await server.GetAsync("api/pools"))[0]!["pool"]);
    }

    [Fact]
    public async Task The_description_lists_every_route_of_the_contract()
    {
        await using var server = await StartAsync();

        var paths = (await server.GetAsync("openapi/v1.json"))["paths"]!.AsObject();

        string[] expected =
        [
            "POST /api/experiments", "GET /api/experiments", "GET /api/experiments/{id}", "GET /api/experiments/{id}/trials",
            "GET /api/experiments/{id}/trials/{trial}", "GET /api/experiments/{id}/trials/{trial}/metrics", "GET /api/experiments/{id}/events",
            "GET /api/experiments/{id}/importance", "GET /api/experiments/{id}/correlations", "GET /api/experiments/{id}/timeline",
            "GET /api/experiments/{id}/report", "GET /api/experiments/{id}/model", "POST /api/experiments/{id}/cancel", "POST /api/experiments/{id}/pause",
            "POST /api/experiments/{id}/resume", "DELETE /api/experiments/{id}", "PUT /api/data/{path}", "GET /api/data", "GET /api/models/{name}/champion",
            "GET /api/pools", "GET /api/quotas", "PUT /api/quotas/{tenant}", "GET /health/live", "GET /health/ready",
        ];
        var described = paths.SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}")).ToList();
        Assert.All(expected, route => Assert.Contains(route, described));
    }
}
