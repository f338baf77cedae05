using System.Globalization;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests.AskTell;

/// <summary>Telling what trials used, so that limits mask points.</summary>
public class ToldUsageTests
{
    private const int Trials = 20;

    [Fact]
    public async Task What_is_told_of_usage_keeps_later_points_within_the_limits()
    {
        var settings = Talk.Settings(spec =>
        {
            spec["space"] = JsonNode.Parse("""[ { "name": "x", "type": "float", "min": 1, "max": 100, "scale": "log" }, { "name": "y", "type": "float", "min": 0, "max": 1 } ]""");
            spec["limits"] = new JsonObject { ["memory"] = "20MB", ["cpuTime"] = "PT1H" };
        });

        // Each line depends on the point that the one before was answered with: the talk is held again with one more line.
        var lines = new List<string>();
        for (var trial = 0; trial < Trials; trial++)
        {
            lines.Add("""{"op":"ask"}""");
            var x = (double)(await Talk.LastAsync(settings, [.. lines]))["point"]!["x"]!;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $$$"""{"op":"tell","trial":{{{trial}}},{{{(x > 20 ? "\"failed\":\"out of memory\"" : "\"value\":1")}}},"usage":{"memory":{{{1e6 * x}}},"cpuTime":2.5}}"""));
        }

        var answers = await Talk.AnswersAsync(settings, string.Join('\n', lines));
        var asked = answers.Where((_, i) => i % 2 == 0).Select(answer => (double)JsonNode.Parse(answer)!["point"]!["x"]!).ToList();
        Assert.Contains(asked.Take(8), x => x > 20);
        Assert.InRange(asked.Skip(8).Count(x => x > 25), 0, 3);
        Assert.All(answers, answer => Assert.DoesNotContain("error", answer, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("7", "'usage' must be an object with any of memory (bytes), cpuTime and wallClock (seconds)")]
    [InlineData("{}", "'usage' must be an object with any of memory (bytes), cpuTime and wallClock (seconds)")]
    [InlineData("""{"memroy":5}""", "usage: unknown field 'memroy'; did you mean 'memory'?")]
    [InlineData("""{"memory":"1GiB"}""", "'usage.memory' must be a number above 0, at most 1e18")]
    [InlineData("""{"memory":0}""", "'usage.memory' must be a number above 0, at most 1e18")]
    [InlineData("""{"cpuTime":-1}""", "'usage.cpuTime' must be a number above 0, at most 1e9")]
    [InlineData("""{"wallClock":1e300}""", "'usage.wallClock' must be a number above 0, at most 1e9")]
    [InlineData("""{"wallClock":null}""", "'usage.wallClock' must be a number above 0, at most 1e9")]
    public async Task Usage_that_is_wrong_is_told_and_changes_nothing(string usage, string told)
    {
        string[] lines = ["""{"op":"ask"}""", $$"""{"op":"tell","trial":0,"value":1,"usage":{{usage}}}"""];

        Assert.Equal(told, await Talk.ErrorAsync(Talk.Settings(), lines));
        Assert.Single((await Talk.LastAsync(Talk.Settings(), [.. lines, """{"op":"state"}"""]))["running"]!.AsArray());
    }

    [Fact]
    public async Task Telling_the_same_again_with_usage_is_safe()
    {
        const string Tell = """{"op":"tell","trial":0,"value":1,"usage":{"memory":123456789}}""";
        var settings = Talk.Settings(spec => spec["limits"] = new JsonObject { ["memory"] = "1GiB" });

        var answers = await Talk.AnswersAsync(settings, string.Join('\n', """{"op":"ask"}""", Tell, Tell));

        Assert.Equal(answers[1], answers[2]);
        Assert.DoesNotContain("error", answers[1], StringComparison.Ordinal);
    }
}
