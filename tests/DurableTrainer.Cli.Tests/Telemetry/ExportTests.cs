using System.Text;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests.Telemetry;

/// <summary>What a collector gets of real runs, and what becomes of runs whose collector is not there.</summary>
public class ExportTests
{
    [Fact]
    public async Task Host_and_workers_of_a_run_and_of_its_resumption_export_one_tree_of_spans()
    {
        using var here = new Workspace();
        using var collector = new Collector();
        here.Write(spec => (spec["budget"]!["trials"], spec["budget"]!["parallel"]) = (5, 2));
        using (var first = Dtrain.StartIn(collector.Variables, "run", here.Spec, "--data", here.Data, "--json"))
        {
            await first.UntilAsync("\"type\":\"sliceEnded\"", 2);
            await first.UntilAsync("\"type\":\"epoch\"");
            first.Interrupt();
            Assert.Equal(130, (await first.ToEndAsync()).Status);
        }

        // What pools have to do now is told only while they are there, once in an interval.
        using var second = Dtrain.StartIn(new Dictionary<string, string>(collector.Variables) { ["OTEL_METRIC_EXPORT_INTERVAL"] = "100" }, "run", here.Spec, "--data", here.Data);
        var finished = await second.ToEndAsync();

        Assert.Equal((0, ""), (finished.Status, finished.Error));
        var spans = collector.Spans;
        Assert.Single(spans.Select(span => span.Trace).Distinct());
        Assert.Equal(spans.Count, spans.Select(span => span.Id).Distinct().Count());
        var byId = spans.ToDictionary(span => span.Id);
        Assert.Equal(["experiment"], spans.Where(span => span.Parent.Length == 0).Select(span => span.Name));
        Assert.All(spans.Where(span => span.Parent.Length > 0), span =>
            Assert.Equal(span.Name is "slice" ? "trial" : "experiment", byId[span.Parent].Name));
        Assert.All(spans, span => Assert.Equal(span.Name is "slice" or "evaluation" ? "worker" : "host", span.Role));

        var events = Encoding.UTF8.GetString(here.Read("small-1/events.jsonl")).TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(
            events.Where(e => (string)e["type"]! == "sliceEnded").Select(e => $"{e["trial"]}/{e["slice"]}").Order(),
            spans.Where(span => span.Attributes.GetValueOrDefault("durabletrainer.slice.outcome") == "completed").Select(Slice).Order());
        Assert.Equal(5, spans.Count(span => span.Name == "trial"));
        Assert.Single(spans, span => span.Name == "evaluation");
        Assert.Equal(
            events.Where(e => (string)e["type"]! == "sliceEnded").GroupBy(e => (int)e["trial"]!).Sum(trial => trial.Max(e => (int)e["epoch"]!)),
            spans.Sum(span => span.Events.Count(name => name == "epoch")));

        Assert.Contains("durabletrainer.usage.cpu_time", collector.Metrics);
        Assert.Contains("durabletrainer.pool.workers", collector.Metrics);
        Assert.Equal(5, collector.Logs.Where(line => line.ContainsKey("Status") && line.ContainsKey("Epoch")).Select(line => line["Trial"]).Distinct().Count());
    }

    [Fact]
    public async Task Only_what_a_collector_is_named_for_is_exported()
    {
        using var here = new Workspace();
        using var collector = new Collector();
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Address + "/traces-only",
            ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] = "http/protobuf",
        };
        using var run = Dtrain.StartIn(variables, "run", here.Write(Short), "--data", here.Data);
        var finished = await run.ToEndAsync();

        Assert.Equal((0, ""), (finished.Status, finished.Error));
        Assert.Equal(["/traces-only"], collector.Paths);
    }

    [Fact]
    public async Task A_sampler_that_drops_an_experiment_drops_all_of_it()
    {
        using var here = new Workspace();
        using var collector = new Collector();
        var variables = collector.Variables;
        (variables["OTEL_TRACES_SAMPLER"], variables["OTEL_TRACES_SAMPLER_ARG"]) = ("parentbased_traceidratio", "0");
        using var run = Dtrain.StartIn(variables, "run", here.Write(Short), "--data", here.Data);
        var finished = await run.ToEndAsync();

        Assert.Equal((0, ""), (finished.Status, finished.Error));
        Assert.Equal(["/v1/logs", "/v1/metrics"], collector.Paths);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "Telemetry cannot be delivered: http://127.0.0.1:1/")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "Telemetry cannot be delivered: http://127.0.0.1:1/")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=nonsense", "Telemetry is not exported: OTEL_EXPORTER_OTLP_ENDPOINT is 'nonsense'")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 OTEL_EXPORTER_OTLP_PROTOCOL=telex", "Telemetry is not exported: OTEL_EXPORTER_OTLP_PROTOCOL is 'telex'")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 OTEL_SDK_DISABLED=true", "")]
    public async Task A_run_is_unharmed_by_a_collector_that_is_not_there_and_says_so_once(string variables, string told)
    {
        using var here = new Workspace();
        here.Write(Short);
        using var run = Dtrain.StartIn(
            variables.Split(' ').Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]), "run", here.Spec, "--data", here.Data);
        var finished = await run.ToEndAsync();
        var plain = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data + "-plain");

        Assert.Equal((0, 0), (finished.Status, plain.Status));
        Assert.StartsWith(told, finished.Error, StringComparison.Ordinal);
        Assert.Equal(told.Length == 0 ? 0 : 1, finished.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(File.ReadAllText(here.Data + "-plain/experiments/small-1/result.json"), Encoding.UTF8.GetString(here.Read("small-1/result.json")));
    }

    [Fact]
    public async Task A_verbose_run_writes_log_lines_as_JSON_with_what_they_name()
    {
        using var here = new Workspace();
        var run = await Dtrain.RunAsync("run", here.Write(Short), "--data", here.Data, "--verbose", "--log-format", "json");

        var lines = run.Error.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        var ended = lines.Single(line => (string)line["template"]! == "{Experiment} ended as {Status}, with trial {Trial} at {Value}: {Reason}");
        Assert.Equal(("small-1", "completed", "information"), ((string)ended["experiment"]!, (string)ended["status"]!, (string)ended["level"]!));
        Assert.Single(lines, line => (string)line["category"]! == "DurableTrainer.Workers" && line["processId"] is not null);
    }

    private static string Slice(ExportedSpan span) => $"{span.Attributes["durabletrainer.trial.number"]}/{span.Attributes["durabletrainer.slice.number"]}";

    private static void Short(JsonNode spec)
    {
        spec["budget"]!["trials"] = 2;
        spec["training"]!["epochs"] = 2;
        spec["training"]!["batchSize"] = 64;
    }
}
