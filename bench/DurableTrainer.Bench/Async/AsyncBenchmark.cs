using System.CommandLine;
using System.Diagnostics;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Async;

/// <summary>What becomes of a model whose learners do not wait for each other, by what the rates of stale updates are scaled.</summary>
internal sealed class AsyncBenchmark : Benchmark
{
    private const int Seeds = 12, QuickSeeds = 3;

    private readonly Option<bool> quick;
    private readonly Option<int?> seeds;
    private readonly Option<string?> markdown;
    private readonly Option<string?> picture;

    public AsyncBenchmark() : this(
        new Option<bool>("--quick") { Description = "Under 40 seconds, for a first impression: three seeds, one task." },
        NumberOption.Create("--seeds", $"Runs of each rule in each setting, with seeds 0, 1, …; {Seeds} when left out.", 1000, least: 2),
        new Option<string?>("--markdown")
        {
            Description = "Tables as Markdown in FILE between the lines that mark them; on standard error when left out.",
            HelpName = "FILE",
        },
        new Option<string?>("--picture") { Description = "One run, update by update, as an SVG file.", HelpName = "FILE" })
    {
    }

    private AsyncBenchmark(Option<bool> quick, Option<int?> seeds, Option<string?> markdown, Option<string?> picture)
        : base("async", "Final losses with learners that do not wait for each other, by what the rates of stale updates are scaled.",
            quick, seeds, markdown, picture) =>
        (this.quick, this.seeds, this.markdown, this.picture) = (quick, seeds, markdown, picture);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var isQuick = parsed.GetValue(quick);
        var count = parsed.GetValue(seeds) ?? (isQuick ? QuickSeeds : Seeds);
        var file = parsed.GetValue(markdown) is { } name ? new MarkedFile(name, "async") : null;
        var start = Stopwatch.GetTimestamp();
        var figures = new List<AsyncFigures>();
        foreach (var task in isQuick ? AsyncTask.All.Take(1) : AsyncTask.All)
        {
            foreach (var setting in AsyncSetting.All)
            {
                var own = Measure(task, setting, count, cancellation);
                foreach (var one in own)
                    output.Write(one.ToJson());
                figures.AddRange(own);
            }
        }

        await progress.WriteLineAsync($"{figures.Count * count} runs in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        var tables = AsyncTables.Markdown(figures);
        if (file is not null)
            file.Write(tables);
        else
            await progress.WriteLineAsync(tables);
        if (parsed.GetValue(picture) is { } path)
            await File.WriteAllTextAsync(path, Draw(cancellation), cancellation);
        return 0;
    }

    private static List<AsyncFigures> Measure(AsyncTask task, AsyncSetting setting, int seeds, CancellationToken cancellation)
    {
        var figures = new List<AsyncFigures>();
        foreach (var rule in AsyncRule.All)
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
