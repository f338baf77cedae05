using System.CommandLine;
using System.Text.Json.Nodes;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Input;

/// <summary>Whether an input pipeline that chooses its workers itself keeps up with the best of those that were chosen by hand.</summary>
internal sealed class InputBenchmark : Benchmark
{
    private static readonly string[] Kinds = [.. InputSetting.All.Select(setting => setting.Kind)];

    private readonly Option<bool> quick;
    private readonly Option<string[]> kinds;
    private readonly Option<int?> rounds;

    public InputBenchmark()
        : this(
            new Option<bool>("--quick") { Description = "Under 40 seconds in all, for a first impression: one round." },
            new Option<string[]>("--kind")
            {
                Description = "Only these sources; cpu-bound and latency-bound when left out.",
                HelpName = "KIND",
                AllowMultipleArgumentsPerToken = true,
                Arity = ArgumentArity.OneOrMore,
            },
            NumberOption.Create("--rounds", "Undisturbed rounds of which medians are taken; 5 when left out.", 100))
    {
    }

    private InputBenchmark(Option<bool> quick, Option<string[]> kinds, Option<int?> rounds)
        : base("input", "The input pipeline as it tunes itself from the worst start, against the best number of workers of a grid.", quick, kinds, rounds)
    {
        (this.quick, this.kinds, this.rounds) = (quick, kinds, rounds);
        kinds.AcceptOnlyFromAmong(Kinds);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var isQuick = parsed.GetValue(quick);
        var wanted = parsed.GetValue(rounds) ?? (isQuick ? 1 : 5);
        var plan = new RoundPlan(wanted, isQuick ? wanted : 3 * wanted, isQuick ? 1 : 3);
        var chosen = parsed.GetValue(kinds) is { Length: > 0 } names ? names : Kinds;
        using var training = new FedTraining();
        training.RateAlone(0.5);
        foreach (var setting in InputSetting.All.Where(setting => chosen.Contains(setting.Kind)))
        {
            await progress.WriteLineAsync($"{setting.Kind}: the tuner, and {string.Join(", ", setting.Workers)} workers");
            var match = new InputMatch(training, setting, training.RateAlone(0.5), Environment.ProcessorCount);
            Write(output, setting, await match.MeasureAsync(plan, cancellation));
        }

        return 0;
    }

    private static void Write(JsonLines output, InputSetting setting, InputFigures figures)
    {
        var rounds = figures.Rounds;
        var line = new JsonObject
        {
            ["kind"] = setting.Kind,
            ["automatic"] = Math.Round(rounds.Median(0), 1),
            ["bestStatic"] = Math.Round(rounds.Median(figures.Best), 1),
            ["ratio"] = Math.Round(rounds.MedianRatio(0, figures.Best), 3),
            ["training"] = Math.Round(figures.Training, 1),
            ["startWorkers"] = figures.WorstWorkers,
            ["automaticWorkers"] = figures.AutomaticWorkers,
            ["bestWorkers"] = figures.BestWorkers,
            ["grid"] = new JsonObject(setting.Workers.Select((workers, i) =>
                KeyValuePair.Create<string, JsonNode?>($"{workers}", JsonValue.Create(Math.Round(rounds.Median(i + 1), 1))))),
            ["rounds"] = rounds.Count,
            ["roundsThrownAway"] = rounds.ThrownAway,
        };
        if (rounds.IsNoisy)
            line["noisy"] = true;
        output.Write(line);
    }
}
