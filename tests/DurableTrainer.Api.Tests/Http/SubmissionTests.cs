using System.Net;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class SubmissionTests
{
    [Fact]
    public async Task A_submission_is_accepted_with_where_to_look_and_runs_to_its_end()
    {
        await using var server = await StartAsync();

        using var response = await server.SubmitAsync(Spec());

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("/api/experiments/curve-1", response.Headers.Location?.ToString());
        Assert.Equal("""{"id":"curve-1","statusUrl":"/api/experiments/curve-1","eventsUrl":"/api/experiments/curve-1/events"}""", await response.Content.ReadAsStringAsync());
        await server.ToEndAsync("curve-1");
        var shown = await server.GetAsync("api/experiments/curve-1");
        Assert.Equal(("completed", 3), ((string?)shown["status"], (int)shown["endedTrials"]!));
        Assert.True((double)shown["best"]!["value"]! > 0.8);
    }

    [Fact]
    public async Task A_spec_may_be_yaml()
    {
        await using var server = await StartAsync();

        // JSON is YAML, too; a comment in the way of YAML is not JSON.
        using var response = await server.SubmitAsync("# mine\n" + Spec(), type: "application/yaml");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_spec_is_told_at_once_and_nothing_is_stored()
    {
        await using var server = await StartAsync();

        using var response = await server.SubmitAsync(Spec("""{ "objective": { "metric": "" }, "budget": { "trials": 0 }, "colour": 3 }"""));

        var problem = await ProblemOf(response, 400);
        Assert.Equal(["/budget/trials", "/colour", "/objective/metric"], problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!).Order(StringComparer.Ordinal));
        Assert.Empty(await server.Store.ListFoldersAsync("experiments"));
    }

    [Theory]
    [InlineData("../points.csv", "may not leave it")]
    [InlineData("/etc/passwd", "may not leave it")]
    [InlineData("a/../../points.csv", "may not leave it")]
    [InlineData("C:\\points.csv", "may not leave it")]
    [InlineData("other.csv", "not among the server's data")]
    public async Task Data_outside_the_data_root_cannot_be_named(string path, string said)
    {
        await using var server = await StartAsync();

        using var response = await server.SubmitAsync(Spec().Replace("points.csv", path.Replace("\\", "\\\\", StringComparison.Ordinal), StringComparison.Ordinal));

        var error = Assert.Single((await ProblemOf(response, 400))["errors"]!.AsArray());
        Assert.Equal("/training/data/path", (string?)error!["pointer"]);
        Assert.Contains(said, (string?)error["message"], StringComparison.Ordinal);
        Assert.DoesNotContain(server.DataFolder, error.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fifty_identical_submissions_with_one_key_at_once_make_one_experiment()
    {
        await using var server = await StartAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.AcceptedAsync(Spec(), key: "night of the 3rd / ../x")));

        Assert.Single(ids.Distinct());
        Assert.Single((await server.GetAsync("api/experiments"))["items"]!.AsArray());
        Assert.Equal(ids[0], await server.AcceptedAsync(Spec(), key: "night of the 3rd / ../x"));
        Assert.NotEqual(ids[0], await server.AcceptedAsync(Spec(), key: "another night"));
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_spec_is_refused()
    {
        await using var server = await StartAsync();
        await server.AcceptedAsync(Spec(), key: "mine");

        using var response = await server.SubmitAsync(Spec("""{ "seed": 7 }"""), key: "mine");

        Assert.Contains("another spec, of curve-1", (string?)(await ProblemOf(response, 409))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_a_deleted_experiment_starts_no_new_one()
    {
        await using var server = await StartAsync();
        var id = await server.AcceptedAsync(Spec(), key: "mine");
        await server.ToEndAsync(id);
        using var deleted = await server.Client.DeleteAsync($"api/experiments/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);

        using var response = await server.SubmitAsync(Spec(), key: "mine");

        Assert.Contains("has been deleted", (string?)(await ProblemOf(response, 409))["detail"], StringComparison.Ordinal);
        // Its number is not given to another.
        Assert.Equal("curve-2", await server.AcceptedAsync(Spec()));
    }

    [Fact]
    public async Task A_plan_that_the_quota_has_no_room_for_is_refused_with_every_reason()
    {
        await using var server = await StartAsync();
        using var set = await server.Client.PutAsync("api/quotas/default", new StringContent("""{ "allowed": { "cpuTime": 10, "workers": 0 } }""", null, "application/json"));
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);

        using var response = await server.SubmitAsync(Spec("""{ "budget": { "trials": 3, "cpuTime": "PT1M" } }"""));

        var exceeded = (await ProblemOf(response, 422))["exceeded"]!.AsArray();
        Assert.Equal(["workers", "cpuTime"], exceeded.Select(excess => (string)excess!["resource"]!));
        Assert.Equal((60, 10), ((int)exceeded[1]!["asked"]!, (int)exceeded[1]!["allowed"]!));
        Assert.Empty(await server.Store.ListFoldersAsync("experiments"));
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/xml", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    public async Task Other_formats_are_refused(string type, int status)
    {
        await using var server = await StartAsync();
        using var content = new StringContent(Spec());
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await server.Client.PostAsync("api/experiments", content);

        await ProblemOf(response, status);
    }

    [Fact]
    public async Task A_spec_over_a_mebibyte_is_refused_however_it_is_sent()
    {
        await using var server = await StartAsync();
        var text = Spec() + new string(' ', 1 << 20);

        using var known = await server.SubmitAsync(text);
        await ProblemOf(known, 413);
        using var chunked = await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "api/experiments")
        {
            Content = new StringContent(text, null, "application/json"),
            Headers = { TransferEncodingChunked = true },
        });
        await ProblemOf(chunked, 413);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"a\\ud800\"")]
    public async Task What_is_no_spec_is_a_problem_of_the_spec(string text)
    {
        await using var server = await StartAsync();

        using var response = await server.SubmitAsync(text);

        Assert.NotEmpty((await ProblemOf(response, 400))["errors"]!.AsArray());
    }
}
