using System.Net;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class SteeringTests
{
    [Fact]
    public async Task A_paused_experiment_says_so_and_goes_on_when_resumed_however_often_each_is_asked()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());

        await PostAsync(server, id, "pause");
        await PostAsync(server, id, "pause");
        server.Release();
        Assert.Equal("paused", (string?)(await server.GetAsync($"api/experiments/{id}"))["status"]);
        Assert.Equal(id, (string?)(await server.GetAsync("api/experiments?status=paused"))["items"]![0]!["id"]);
        await PostAsync(server, id, "resume");
        await PostAsync(server, id, "resume");
        await server.ToEndAsync(id);

        Assert.Equal("completed", (string?)(await server.GetAsync($"api/experiments/{id}"))["status"]);
    }

    [Fact]
    public async Task A_cancelled_experiment_ends_with_what_it_has_and_may_be_cancelled_again()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());

        await PostAsync(server, id, "cancel");
        server.Release();
        await server.ToEndAsync(id);
        await PostAsync(server, id, "cancel");

        Assert.Equal("cancelled", (string?)(await server.GetAsync($"api/experiments/{id}"))["status"]);
    }

    [Fact]
    public async Task What_has_ended_cannot_be_paused_or_resumed()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());

        foreach (var verb in (string[])["pause", "resume"])
        {
            using var response = await server.Client.PostAsync($"api/experiments/{id}/{verb}", null);
            Assert.Contains("has ended", (string?)(await ProblemOf(response, 409))["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Deleting_removes_all_that_belongs_to_an_ended_experiment_and_may_be_repeated()
    {
        await using var server = await StartAsync();
        var id = await server.EndedAsync(Spec());
        await server.GetAsync($"api/experiments/{id}");

        for (var i = 0; i < 2; i++)
        {
            using var deleted = await server.Client.DeleteAsync($"api/experiments/{id}");
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        using var gone = await server.Client.GetAsync($"api/experiments/{id}");
        await ProblemOf(gone, 404);
        Assert.Empty((await server.GetAsync("api/experiments"))["items"]!.AsArray());
        Assert.Equal([$"experiments/{id}/deleted"], await server.Store.ListAsync("experiments"));
    }

    [Fact]
    public async Task A_running_experiment_is_not_deleted()
    {
        await using var server = await StartAsync();
        server.Hold();
        var id = await server.AcceptedAsync(Spec());

        using var response = await server.Client.DeleteAsync($"api/experiments/{id}");

        Assert.Contains("Cancel it first", (string?)(await ProblemOf(response, 409))["detail"], StringComparison.Ordinal);
        server.Release();
        await server.ToEndAsync(id);
        Assert.Equal("completed", (string?)(await server.GetAsync($"api/experiments/{id}"))["status"]);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task What_is_not_there_cannot_be_steered(string verb)
    {
        await using var server = await StartAsync();

        using var response = await server.Client.PostAsync($"api/experiments/curve-7/{verb}", null);

        await ProblemOf(response, 404);
    }

    private static async Task PostAsync(TestServer server, string id, string verb)
    {
        using var response = await server.Client.PostAsync($"api/experiments/{id}/{verb}", null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
