using System.Net;
using static DurableTrainer.Api.Tests.Http.TestServer;

namespace DurableTrainer.Api.Tests.Http;

public class QuotaTests
{
    [Fact]
    public async Task A_quota_that_is_set_is_shown_with_what_is_used_of_it()
    {
        await using var server = await StartAsync();

        using var set = await PutAsync(server, "default", """{ "allowed": { "cpuTime": 3600 }, "period": "week", "weight": 2 }""");
        Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        await server.EndedAsync(Spec("""{ "budget": { "trials": 3, "cpuTime": "PT30M" } }"""));

        var account = (await server.GetAsync("api/quotas"))[0]!;
        Assert.Equal(("default", "week", 2), ((string)account["tenant"]!, (string)account["period"]!, (int)account["weight"]!));
        var cpu = account["resources"]!.AsArray().Single(resource => (string)resource!["resource"]! == "cpuTime")!;
        Assert.Equal((3600, 240), ((int)cpu["allowed"]!, (int)cpu["used"]!));
    }

    [Theory]
    [InlineData("{ \"allowed\": { \"cpuTime\": -1 } }", "must not be negative")]
    [InlineData("{ \"allowed\": { \"patience\": 1 } }", "cannot be read")]
    [InlineData("{ \"alowed\": {} }", "cannot be read")]
    [InlineData("{ \"weight\": 0 }", "weight must be above 0")]
    [InlineData("{ \"period\": \"year\" }", "cannot be read")]
    [InlineData("null", "null")]
    [InlineData("{", "cannot be read")]
    [InlineData("[[[[", "cannot be read")]
    public async Task What_is_no_quota_is_refused_and_changes_nothing(string quota, string said)
    {
        await using var server = await StartAsync();

        using var response = await PutAsync(server, "default", quota);

        var detail = (string)(await ProblemOf(response, 400))["detail"]!;
        Assert.Contains(said, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("DurableTrainer.", detail, StringComparison.Ordinal);
        Assert.Empty(await server.Store.ListFoldersAsync("tenants"));
    }

    [Theory]
    [InlineData("..%2Fx")]
    [InlineData("Caps")]
    [InlineData("a%20b")]
    public async Task What_is_no_tenant_is_refused(string tenant)
    {
        await using var server = await StartAsync();

        using var response = await PutAsync(server, tenant, "{}");

        await ProblemOf(response, 400);
    }

    private static Task<HttpResponseMessage> PutAsync(TestServer server, string tenant, string quota) =>
        server.Client.PutAsync($"api/quotas/{tenant}", new StringContent(quota, null, "application/json"));
}
