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
        SearchPlan[] plans = [.. settings.Plans()];
        await progress.WriteLineAsync($"{plans.Length} searches");
        var (start, lines, runs) = (Stopwatch.GetTimestamp(), new SearchLines(output), new List<ArmRun>());
        var constants = new List<ConstantRun>();
        foreach (var plan in plans)
        {
            if (settings.Patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > settings.Patience)
            {
                await progress.WriteLineAsync($"time ran out after {runs.Count} of them");
                break;
            }

            if (plan.Task is FallingRateTask falling && constants.All(run => run.Seed != plan.Seed))
            {
                constants.AddRange(await ConstantRun.OfAsync(falling, plan.Seed, cancellation));
                lines.Write(constants.Where(run => run.Seed == plan.Seed));
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

    private static async Task<ArmRun> RunAsync(SearchSettings settings, SearchPlan plan, CancellationToken cancellation)
    {
        var spec = plan.Task.Spec(plan.Arm, plan.Seed, settings.Deadline);
        if (settings.Trials is { } trials)
            spec["budget"]!["trials"] = trials;
        var run = await ProgramRun.OfAsync(spec, plan.Task.Files(plan.Seed), cancellation);
        return ArmRun.Of(plan.Task, plan.Arm.Name, plan.Seed, run, workers: (int)spec["budget"]!["parallel"]!);
    }
}
