using System.CommandLine;
using DurableTrainer.Bench.Measuring;

namespace DurableTrainer.Bench.Data;

/// <summary>Two units of unequal speed that share batches, against what they could do at most.</summary>
internal sealed class DataBenchmark : Benchmark
{
    private const int WarmUp = 40, Rounds = 5;

    private readonly Option<bool> quick;
    private readonly Option<string?> picture;

    public DataBenchmark() : this(
        new Option<bool>("--quick") { Description = "Under 40 seconds, for a first impression: one short run." },
        new Option<string?>("--picture") { Description = "One run, step by step, as an SVG file.", HelpName = "FILE" })
    {
    }

    private DataBenchmark(Option<bool> quick, Option<string?> picture)
        : base("data", "Two units of unequal speed that share batches, against the bound, and after one of them slows down.", quick, picture) =>
        (this.quick, this.picture) = (quick, picture);

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        var (isQuick, time, task) = (parsed.GetValue(quick), new ThreadProcessorTime(), DataTask.Create());
        var setting = isQuick ? DataSetting.Quick : DataSetting.Full;
        DataRun.Of(task, setting.DutyCycles, WarmUp, time, cancellation: cancellation);
        var rounds = new List<DataFigures>();
        for (var round = 0; round < (isQuick ? 1 : Rounds); round++)
        {
            rounds.Add(Measure(task, setting, time, cancellation));
            output.Write(rounds[^1].ToJson());
            foreach (var plan in rounds[^1].Run.Plans)
                await progress.WriteLineAsync($"step {plan.Step}: {plan.Reason}");
        }

        foreach (var optimizer in LossDifference.Optimizers.Take(isQuick ? 1 : 2))
        {
            foreach (var hasBatchNorm in new[] { true, false })
                output.Write(LossDifference.Measure(hasBatchNorm, optimizer, time, cancellation));
        }

        output.Write(ElapsedSpeedUp.Measure(task, cancellation));
        await progress.WriteLineAsync(Summary(rounds));
        if (parsed.GetValue(picture) is { } path)
            await File.WriteAllTextAsync(path, DataPicture.Draw(rounds[^1]), cancellation);
        return 0;
    }

    /// <summary>
    /// Units take turns on one processor, and steps of one unit alone are taken on it between the epochs, so that what changes on the machine
    /// touches all of them.
    /// </summary>
    private static DataFigures Measure(DataTask task, DataSetting setting, TimeProvider time, CancellationToken cancellation)
    {
        using var processor = new OneProcessor();
        var run = ComparedRun.Of(
            task, setting.DutyCycles, setting.StepsBefore + setting.StepsAfter, time, (setting.StepsBefore, DataSetting.SlowDown), cancellation);
        return new DataFigures(run, setting);
    }

    private static string Summary(List<DataFigures> rounds) => FormattableString.Invariant(
        $"medians of {rounds.Count}: {Statistics.Median(rounds.Select(one => one.RatioToBound)):0.000} of the bound, {Statistics.Median(rounds.Select(one => one.RecoveredRatio)):0.000} of the new one, simulated over real {Statistics.Median(rounds.Select(one => one.SimulatedRatio)):0.000}");
}
