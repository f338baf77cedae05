using System.CommandLine;
using System.Diagnostics;
using DurableTrainer.Bench.Runs;
using DurableTrainer.Bench.Searches.Reports;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Searches;

/// <summary>Whole searches with the real program: what schedulers, adaptation and allocation save or gain.</summary>
internal sealed class SearchBenchmark : Benchmark
{
    private readonly SearchOptions options;

    public SearchBenchmark() : this(new SearchOptions())
    {
    }

    private SearchBenchmark(SearchOptions options)
        : base("search", "What whole searches find and take, with the real program and its workers, in several ways in turn.", options.All) =>
        this.options = options;

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var settings = options.Of(parsed);
        var plans = settings.Plans().Count();
        await progress.WriteLineAsync($"{plans} searches");
        var (start, lines, runs) = (Stopwatch.GetTimestamp(), new SearchLines(output), new List<ArmRun>());
        var constants = await HoldRatesAsync(settings, lines, cancellation);
        foreach (var plan in settings.Plans())
        {
            if (settings.Patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > settings.Patience)
            {
                await progress.WriteLineAsync($"time ran out after {runs.Count} of them");
                break;
            }

            runs.Add(await RunAsync(settings, plan, cancellation));
            lines.Write(runs[^1]);
        }

        var tables = new SearchTables(runs, constants).Markdown();
        if (settings.TablesFile is { } file)
            file.Write(tables);
        else
            await progress.WriteLineAsync(tables);
        return 0;
    }

    private static async Task<IReadOnlyList<ConstantRun>> HoldRatesAsync(SearchSettings settings, SearchLines lines, CancellationToken cancellation)
    {
        var constants = new List<ConstantRun>();
        foreach (var task in settings.Tasks.Where(settings.HoldsRates).Cast<FallingRateTask>())
        {
            for (var seed = 0; seed < settings.Seeds; seed++)
            {
                var held = await ConstantRun.OfAsync(task, seed, cancellation);
                lines.Write(held);
                constants.AddRange(held);
            }
        }

        return constants;
    }

    private static async Task<ArmRun> RunAsync(SearchSettings settings, SearchPlan plan, CancellationToken cancellation)
    {
        var spec = plan.Task.Spec(plan.Arm, plan.Seed, settings.Deadline);
        if (settings.Trials is { } trials)
            spec["budget"]!["trials"] = trials;
        var run = await ProgramRun.OfAsync(spec, plan.Task.Files(plan.Seed), cancellation);
        return ArmRun.Of(plan.Task, plan.Arm.Name, plan.Seed, run, workers: (int)spec["budget"]!["parallel"]!);
    }
}
