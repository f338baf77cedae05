using System.CommandLine;
using System.Diagnostics;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Async;

/// <summary>What becomes of a model whose learners do not wait for each other, by what the rates of stale updates are scaled.</summary>
internal sealed class AsyncBenchmark : Benchmark
{
    private const int Seeds = 12, QuickSeeds = 3;

    /// <summary>Numbers of learners that a sweep goes through.</summary>
    private static readonly int[] SweptLearners = [8, 16, 32];

    private readonly Option<bool> quick;
    private readonly Option<bool> sweep;
    private readonly Option<int?> seeds;
    private readonly Option<string?> markdown;
    private readonly Option<string?> picture;

    public AsyncBenchmark() : this(
        new Option<bool>("--quick") { Description = "Under 40 seconds, for a first impression: three seeds, one task." },
        new Option<bool>("--sweep") { Description = "The window against the current staleness with 8, 16 and 32 learners instead." },
        NumberOption.Create("--seeds", $"Runs of each rule in each setting, with seeds 0, 1, …; {Seeds} when left out.", 1000, least: 2),
        new Option<string?>("--markdown")
        {
            Description = "Tables as Markdown in FILE between the lines that mark them; on standard error when left out.",
            HelpName = "FILE",
        },
        new Option<string?>("--picture") { Description = "One run, update by update, as an SVG file.", HelpName = "FILE" })
    {
    }

    private AsyncBenchmark(Option<bool> quick, Option<bool> sweep, Option<int?> seeds, Option<string?> markdown, Option<string?> picture)
        : base("async", "Final losses with learners that do not wait for each other, by what the rates of stale updates are scaled.",
            quick, sweep, seeds, markdown, picture) =>
        (this.quick, this.sweep, this.seeds, this.markdown, this.picture) = (quick, sweep, seeds, markdown, picture);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var (isQuick, isSweep) = (parsed.GetValue(quick), parsed.GetValue(sweep));
        var count = parsed.GetValue(seeds) ?? (isQuick ? QuickSeeds : Seeds);
        var file = parsed.GetValue(markdown) is { } name ? new MarkedFile(name, isSweep ? "async --sweep" : "async") : null;
        var start = Stopwatch.GetTimestamp();
        var figures = new List<AsyncFigures>();
        foreach (var (task, setting, rules) in isSweep ? Sweep() : Everything(isQuick))
        {
            var own = Measure(task, setting, rules, count, cancellation);
            foreach (var one in own)
                output.Write(one.ToJson());
            figures.AddRange(own);
        }

        await progress.WriteLineAsync($"{figures.Count * count} runs in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        var tables = isSweep ? AsyncTables.Sweep(figures) : AsyncTables.Markdown(figures);
        if (file is not null)
            file.Write(tables);
        else
            await progress.WriteLineAsync(tables);
        if (parsed.GetValue(picture) is { } path)
            await File.WriteAllTextAsync(path, Draw(cancellation), cancellation);
        return 0;
    }

    private static IEnumerable<(AsyncTask Task, AsyncSetting Setting, IReadOnlyList<AsyncRule> Rules)> Everything(bool isQuick) =>
        from task in isQuick ? AsyncTask.All.Take(1) : AsyncTask.All
        from setting in AsyncSetting.All
        select (task, setting, AsyncRule.All);

    private static IEnumerable<(AsyncTask Task, AsyncSetting Setting, IReadOnlyList<AsyncRule> Rules)> Sweep()
    {
        IReadOnlyList<AsyncRule> rules = [AsyncRule.Window, AsyncRule.Current];
        return
            from learners in SweptLearners
            from setting in new[] { AsyncSetting.HeavyTailed, AsyncSetting.Elastic }
            select (AsyncTask.All[0], setting with { Learners = learners }, rules);
    }

    private static List<AsyncFigures> Measure(
        AsyncTask task, AsyncSetting setting, IReadOnlyList<AsyncRule> rules, int seeds, CancellationToken cancellation)
    {
        var figures = new List<AsyncFigures>();
        foreach (var rule in rules)
        {
            AsyncRun[] runs = [.. Enumerable.Range(0, seeds).Select(seed => AsyncRun.Of(task, setting, rule, seed, cancellation))];
            double[] losses = [.. runs.Select(run => run.Loss)];
            var steps = runs.SelectMany(run => run.Records).Select(record => record.Rate).DefaultIfEmpty(double.NaN).Average();
            figures.Add(new AsyncFigures(task, setting, rule, losses, figures.Count == 0 ? losses : figures[0].Losses, steps));
        }

        return figures;
    }

    private static string Draw(CancellationToken cancellation)
    {
        var task = AsyncTask.All[0];
        return AsyncPicture.Draw(
            AsyncRun.Of(task, AsyncSetting.Elastic, AsyncRule.Window, seed: 0, cancellation).Records,
            AsyncRun.Of(task, AsyncSetting.Elastic, AsyncRule.Current, seed: 0, cancellation).Records);
    }
}
