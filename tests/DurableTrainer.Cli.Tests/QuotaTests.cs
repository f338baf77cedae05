using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>Experiments against quotas and limits, as a user sees them.</summary>
public class QuotaTests
{
    [Fact]
    public async Task A_plan_over_its_quota_is_rejected_with_status_1_and_runs_once_there_is_room()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["budget"] = new JsonObject { ["trials"] = 2, ["cpuTime"] = "PT10M" };
            spec["training"]!["epochs"] = 1;
        });
        await Dtrain.RunAsync("quota", "set", "cpuTime=PT5M", "workers=4", "--data", here.Data);

        var plan = await Dtrain.RunAsync("plan", here.Spec, "--data", here.Data);
        var rejected = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        await Dtrain.RunAsync("quota", "set", "cpuTime=PT15M", "--data", here.Data);
        var admitted = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Contains("tenant 'default': would be rejected", plan.Output, StringComparison.Ordinal);
        Assert.Contains("cpuTime asked 600 s, used 0 s, reserved 0 s, allowed 300 s", plan.Output, StringComparison.Ordinal);
        Assert.Equal(1, rejected.Status);
        Assert.Contains("rejected", rejected.Output, StringComparison.Ordinal);
        Assert.Contains("cpuTime asked 600 s", rejected.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(0, admitted.Status);
        var account = await AccountAsync(here);
        Assert.Equal(900, Of(account, "cpuTime")["allowed"]!.GetValue<decimal>());
        Assert.Equal(Total(here, "small-2"), Of(account, "cpuTime")["used"]!.GetValue<decimal>());
        Assert.Empty(account["experiments"]!.AsArray());
    }

    [Fact]
    public async Task What_is_held_and_who_works_is_shown_while_another_process_runs()
    {
        using var here = new Workspace();
        here.Write(spec => spec["budget"]!["cpuTime"] = "PT1H");
        using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
        await program.UntilAsync("\"type\":\"epoch\"", 3);

        JsonNode account, pool;
        do
            account = await AccountAsync(here);
        while (account["experiments"]!.AsArray().Count == 0);
        do
            pool = JsonNode.Parse((await Dtrain.RunAsync("pools", "--json", "--data", here.Data)).Output)!;
        while (pool["load"]!.AsArray().Count == 0);
        var table = await Dtrain.RunAsync("pools", "--data", here.Data);
        program.Interrupt();
        await program.ToEndAsync();

        Assert.Equal("small-1", account["experiments"]![0]!["experiment"]!.GetValue<string>());
        Assert.Equal(3600, account["experiments"]![0]!["asked"]!["cpuTime"]!.GetValue<decimal>());
        Assert.Equal((1, "small-1"), (pool["workers"]!.GetValue<int>(), pool["load"]![0]!["experiment"]!.GetValue<string>()));
        Assert.Contains("workers busy", table.Output, StringComparison.Ordinal);
        Assert.Contains("no host works on this folder", (await Dtrain.RunAsync("pools", "--data", here.Data)).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpuTime", "'cpuTime' sets nothing; write a name and a value, such as cpuTime=PT10H.")]
    [InlineData("cpuTime=10", "cpuTime needs a duration such as PT10H (ten hours) or P2D (two days), not '10'.")]
    [InlineData("memory=much", "memory needs a size such as 8GiB, not 'much'.")]
    [InlineData("workers=1.5", "workers needs a whole number, not '1.5'.")]
    [InlineData("money=-1", "money needs a number that is not negative, not '-1'.")]
    [InlineData("period=1", "period needs one of day, week, month, none, not '1'.")]
    [InlineData("weight=0", "weight needs a number above 0, not '0'.")]
    [InlineData("cpuTim=PT1H", "A quota has no such part: unknown name 'cpuTim'; did you mean 'cpuTime'?")]
    public async Task A_setting_that_is_none_is_told_and_changes_nothing(string setting, string told)
    {
        using var here = new Workspace();

        var run = await Dtrain.RunAsync("quota", "set", "workers=2", setting, "--data", here.Data);

        Assert.Equal((2, told), (run.Status, run.Error.TrimEnd()));
        Assert.False(Directory.Exists(Path.Combine(here.Data, "tenants")));
    }

    [Fact]
    public async Task A_trial_past_its_limits_fails_alone()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["limits"] = new JsonObject { ["cpuTime"] = "PT0.2S" };
            spec["budget"]!["trials"] = 3;
        });

        var run = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);

        Assert.Contains("limit exceeded: cpuTime of at most 0.2 s, was", run.Output, StringComparison.Ordinal);
        Assert.Contains("trial 2:", run.Output, StringComparison.Ordinal);
    }

    internal static async Task<JsonNode> AccountAsync(Workspace here) =>
        JsonNode.Parse((await Dtrain.RunAsync("quota", "--tenant", "default", "--json", "--data", here.Data)).Output)!;

    internal static JsonNode Of(JsonNode account, string resource) =>
        account["resources"]!.AsArray().Single(item => item!["resource"]!.GetValue<string>() == resource)!;

    /// <summary>Processor time of all slices of an experiment, in seconds.</summary>
    internal static decimal Total(Workspace here, string experiment) =>
        (decimal)System.Xml.XmlConvert.ToTimeSpan(JsonNode.Parse(here.Read(experiment + "/usage.json"))!["total"]!["cpuTime"]!.GetValue<string>()).Ticks / TimeSpan.TicksPerSecond;
}
