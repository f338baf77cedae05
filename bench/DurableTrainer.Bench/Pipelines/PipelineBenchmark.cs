using System.CommandLine;
using System.Text.Json;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Bench.Pipelines;

/// <summary>A pipeline of two units, alone and with another trial in its gaps.</summary>
internal sealed class PipelineBenchmark : Benchmark
{
    private readonly Option<string?> trial;

    public PipelineBenchmark() : this(new Option<string?>("--trial") { Hidden = true })
    {
    }

    private PipelineBenchmark(Option<string?> trial)
        : base("pipeline", "A pipeline of two units, alone and with another trial in its gaps.", trial) => this.trial = trial;

    protected override async Task<int> RunAsync(ParseResult parsed, JsonLines output, TextWriter progress, CancellationToken cancellation)
    {
        if (parsed.GetValue(trial) is { } text)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(TrialProcess.Run(JsonSerializer.Deserialize<TrialSetting>(text)!)));
            return 0;
        }

        foreach (var m in new[] { 2, 4 })
        {
            var place = Directory.CreateTempSubdirectory("dtrain-place-").FullName;
            var setting = new TrialSetting(0, 6, m, PipelineSchedule.OneForwardOneBackward, [1, 1]);
            var alone = await TrialProcess.OutcomeAsync(TrialProcess.Start(setting), cancellation);
            var main = TrialProcess.Start(setting with { Place = place });
            await Task.Delay(1500, cancellation);
            var filler = TrialProcess.Start(setting with { Trial = 1, Place = place });
            var (filled, other) = (await TrialProcess.OutcomeAsync(main, cancellation), await TrialProcess.OutcomeAsync(filler, cancellation));
            var aloneSeconds = Period(alone.Batches);
            var used = filled.Batches.Where(b => b.IsFilled).ToArray();
            var mainSeconds = Period(filled.Batches.SkipWhile(b => !b.IsFilled).ToArray());
            var window = (used[0].Start, used[^1].End);
            var fillerBatches = other.Batches.Count(b => b.Start >= window.Start && b.End <= window.End);
            var perSecond = fillerBatches / (window.End - window.Start);
            await progress.WriteLineAsync(FormattableString.Invariant($"m {m}: alone {aloneSeconds * 1000:0.00} ms, filled {mainSeconds * 1000:0.00} ms, closed {Statistics.Median(filled.Batches.Where(b => !b.IsFilled).Select(b => b.End - b.Start)) * 1000:0.00} open {Statistics.Median(used.Select(b => b.End - b.Start)) * 1000:0.00}, gain {aloneSeconds / mainSeconds + perSecond * aloneSeconds:0.000}, bit-equal main {alone.Weights == filled.Weights}, filler batches {fillerBatches} in {used.Length}, median {Period(other.Batches.Where(b => b.End <= window.End).ToArray()) * 1000:0.0}"));
            foreach (var line in filled.Plans.Concat(other.Plans))
                await progress.WriteLineAsync(line);
            foreach (var cost in filled.Costs)
                await progress.WriteLineAsync(string.Join(" ", cost.Select(c => (c * 1000).ToString("0.00"))));
        }

        return 0;
    }

    private static double Period(BatchTime[] batches) => Statistics.Median(batches.Zip(batches.Skip(1), (one, next) => next.Start - one.Start));
}
