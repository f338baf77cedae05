using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Experiments.Reports;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A pipeline of two units, alone and with another trial in its gaps, and what the simulator foretells of it.</summary>
internal sealed class PipelineBenchmark : Benchmark
{
    private const int Rounds = 3;

    private readonly Option<bool> quick;
    private readonly Option<int?> rounds;
    private readonly Option<string?> markdown, picture, trial;

    public PipelineBenchmark() : this(
        new Option<bool>("--quick") { Description = "Under 40 seconds, for a first impression: one short round of two micro-batches." },
        NumberOption.Create("--rounds", $"How often each figure is taken, of which medians are shown; {Rounds} when left out.", 100),
        new Option<string?>("--markdown")
        {
            Description = "Tables as Markdown in FILE between the lines that mark them; on standard error when left out.",
            HelpName = "FILE",
        },
        new Option<string?>("--picture") { Description = "What the units did for a batch with a filler, as an SVG file.", HelpName = "FILE" },
        new Option<string?>("--trial") { Hidden = true })
    {
    }

    private PipelineBenchmark(Option<bool> quick, Option<int?> rounds, Option<string?> markdown, Option<string?> picture, Option<string?> trial)
        : base("pipeline", "A pipeline of two units, alone and with another trial in its gaps.", quick, rounds, markdown, picture, trial) =>
        (this.quick, this.rounds, this.markdown, this.picture, this.trial) = (quick, rounds, markdown, picture, trial);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        if (parsed.GetValue(trial) is { } text)
        {
            var outcome = TrialProcess.Run(JsonSerializer.Deserialize<TrialSetting>(text)!);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(outcome));
            return 0;
        }

        var isQuick = parsed.GetValue(quick);
        var file = parsed.GetValue(markdown) is { } name ? new MarkedFile(name, "pipeline") : null;
        var count = parsed.GetValue(rounds) ?? (isQuick ? 1 : Rounds);
        var (filled, simulated, experiments) = (new List<FilledRound>(), new List<JsonObject>(), new List<JsonObject>());
        for (var round = 0; round < count; round++)
        {
            foreach (var microBatches in isQuick ? [2] : new[] { 2, 4 })
            {
                filled.Add(await FilledRound.MeasureAsync(microBatches, epochs: isQuick ? 3 : 8, cancellation));
                output.Write(filled[^1].ToJson());
            }

            foreach (var setting in isQuick ? [] : SimulatedSetting.All(epochs: 2))
            {
                simulated.Add(await setting.MeasureAsync(cancellation));
                output.Write(simulated[^1]);
            }

            foreach (var experiment in isQuick ? [] : PipelinedExperiment.All)
            {
                experiments.Add(await experiment.MeasureAsync(cancellation));
                output.Write(experiments[^1]);
            }
        }

        var tables = Tables(filled, simulated, experiments);
        if (file is null)
            await progress.WriteLineAsync(tables);
        else
            file.Write(tables);
        if (parsed.GetValue(picture) is { } path)
            await File.WriteAllTextAsync(path, TimelineChart.Picture(filled[0].Filled.Timeline), cancellation);
        return 0;
    }

    private static string Tables(List<FilledRound> filled, List<JsonObject> simulated, List<JsonObject> experiments)
    {
        var gains = new MarkdownTable("micro-batches", "gain", "bound", "filled batches longer by", "main bit-equal", "filler bit-equal");
        foreach (var group in filled.GroupBy(round => round.MicroBatches))
        {
            gains.Add(
                $"{group.Key}", Text(group.Select(round => round.Gain), "0.00"), group.First().Bound.ToString("0.00", CultureInfo.InvariantCulture),
                Text(group.Select(round => 100 * round.Slowdown), "0.0") + "%", Yes(group.All(round => round.IsMainBitEqual)), Yes(group.All(round => round.IsFillerBitEqual)));
        }

        var ratios = new MarkdownTable("setting", "simulated batch over real one");
        foreach (var group in simulated.GroupBy(line => (string)line["setting"]!))
            ratios.Add(group.Key, Text(group.Select(line => (double)line["simulatedRatio"]!), "0.000"));
        var ways = new MarkdownTable("two trials of an experiment", "the first is done after", "all is done after");
        foreach (var group in experiments.GroupBy(line => (string)line["way"]!))
            ways.Add(group.Key, Text(group.Select(line => (double)line["firstSeconds"]!), "0.0") + " s", Text(group.Select(line => (double)line["seconds"]!), "0.0") + " s");
        var rounds = filled.GroupBy(round => round.MicroBatches).First().Count();
        var what = rounds == 1 ? "One round" : $"Medians of {rounds} rounds, and the least and the largest";
        return $"{gains}{(simulated.Count == 0 ? "" : $"\n{ratios}\n{ways}")}\n{what}, on {Machine.Processors} processors ({Machine.Processor}).\n";
    }

    private static string Text(IEnumerable<double> values, string format)
    {
        string[] texts = [.. new[] { Statistics.Median(values), values.Min(), values.Max() }.Select(value => value.ToString(format, CultureInfo.InvariantCulture))];
        return texts[1] == texts[2] ? texts[0] : $"{texts[0]} ({texts[1]} to {texts[2]})";
    }

    private static string Yes(bool isSo) => isSo ? "yes" : "no";
}
