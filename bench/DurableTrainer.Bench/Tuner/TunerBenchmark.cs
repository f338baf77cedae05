using System.CommandLine;
using DurableTrainer.Bench.Tuner.Pictures;
using DurableTrainer.Bench.Tuner.Reports;
using DurableTrainer.Bench.Tuner.Tasks;

namespace DurableTrainer.Bench.Tuner;

/// <summary>How good the points are that agents choose, and how long they take to choose them.</summary>
internal sealed class TunerBenchmark : Benchmark
{
    private readonly TunerOptions options;

    public TunerBenchmark() : this(new TunerOptions())
    {
    }

    private TunerBenchmark(TunerOptions options)
        : base("tuner", "The best values that the agents of the tuner find on tasks whose optimum is known, beside those of Optuna.", options.All) =>
        this.options = options;

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var settings = options.Of(parsed);
        var searches = Tournament.Plans(settings).Count();
        await progress.WriteLineAsync($"{searches} searches of {settings.Trials} trials on {settings.Tasks.Count} tasks");
        var lines = new TunerLines(settings, output);
        var runs = await Tournament.RunAsync(settings, lines.Write, cancellation);
        if (runs.Count < searches)
            await progress.WriteLineAsync($"time ran out after {runs.Count} of them");

        var times = ProposalTimes.Measure(settings, cancellation);
        lines.Write(times);

        var tables = new TunerTables(settings, runs) { Times = times }.Markdown();
        if (settings.TablesFile is { } file)
            file.Write(tables);
        else
            await progress.WriteLineAsync(tables);
        if (settings.Pictures is { } folder)
            Draw(settings, runs, folder);
        return 0;
    }

    private static void Draw(TunerSettings settings, IReadOnlyList<SearchRun> runs, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var set in TaskSet.All.Where(set => set.Tasks.Any(settings.Tasks.Contains)))
            File.WriteAllText(Path.Combine(folder, $"tuner-{set.Name}.svg"), new RegretPicture(settings, set, runs).Draw());
        File.WriteAllText(Path.Combine(folder, "tuner-origins.svg"), new OriginPicture(settings, runs).Draw());
        File.WriteAllText(Path.Combine(folder, "tuner-belief.svg"), BeliefPicture.Draw());
        if (new MapPicture(settings, runs).Draw() is { } map)
            File.WriteAllText(Path.Combine(folder, "tuner-map.svg"), map);
    }
}
