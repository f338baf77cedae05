using System.Globalization;
using System.Text;
using DurableTrainer.Bench.Measuring;
using DurableTrainer.Bench.Reports;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Searches.Reports;

/// <summary>The figures of a run as Markdown.</summary>
internal sealed class SearchTables(IReadOnlyList<ArmRun> runs, IReadOnlyList<ConstantRun> constants)
{
    private const double Quarter = 0.25;

    /// <summary>Epochs after which rates that are held are compared.</summary>
    private static readonly int[] Moments = [1, 3, 9, 18, FallingRateTask.Epochs];

    private readonly StringBuilder text = new();

    public string Markdown()
    {
        var machine = $"{Machine.Processor}, {Machine.Processors} processors; {Machine.Runtime}.";
        Line(machine);
        if (constants.Count > 0)
            HeldRates();
        foreach (var task in TrainingTask.All.Where(task => runs.Any(run => run.Task == task)))
        {
            Arms(task);
            Halving(task);
            Allocation(task);
            Adaptation(task);
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private void Arms(TrainingTask task)
    {
        Line($"Task `{task.Name}`: medians (quartiles) of {task.Metric}, {task.TestMetric} of the model that was handed over, epochs of all "
            + "trials, seconds in all, and until the value was as good as in the end:");
        var table = new MarkdownTable("arm", "seeds", "best", "test", "trials", "epochs", "seconds", "as good after", "training");
        foreach (var arm in Arm.All)
        {
            ArmRun[] own = [.. runs.Where(run => run.Task == task && run.Arm == arm.Name)];
            if (own.Length == 0)
                continue;
            double[] tests = [.. own.Select(run => run.Test).OfType<double>()];
            table.Add(
                arm.Name, $"{own.Length}", Spread(own.Select(run => run.Best), "0.0000"), tests.Length == 0 ? "–" : Spread(tests, "0.0000"),
                Median(own.Select(run => (double)run.Trials), "0"), Spread(own.Select(run => (double)run.Epochs), "0"),
                Spread(own.Select(run => run.WallSeconds), "0.0"),
                Median(own.Select(run => run.SecondsTo(run.WithinTolerance) ?? run.SecondsToBest), "0.0"),
                Median(own.Select(run => run.TrainingShare), "0%"));
        }

        Line(table.ToString());
    }

    private void Halving(TrainingTask task)
    {
        if (task.Deadline is not null || PairedArms.Of(task, Arm.Asha, Arm.Full, runs) is not { } pair)
            return;
        Line($"`asha` against `full`: as good (within {Number(task.Tolerance)}) in {pair.AsGood} of {pair.Seeds} seeds, median difference "
            + $"{Signed(Statistics.Median(pair.Gains))}, p {P(pair.BestPValue)}; {Spread(pair.EpochRatios, "0%")} of the epochs; as good with at "
            + $"most a quarter of the epochs in {pair.AsGoodWithin(Quarter)} of {pair.Seeds} seeds.");
    }

    private void Allocation(TrainingTask task)
    {
        foreach (var (arm, even) in ((Arm, Arm)[])[(Arm.FullAllocation, Arm.Full), (Arm.AshaAllocation, Arm.Asha)])
        {
            if (PairedArms.Of(task, arm, even, runs) is not { } pair)
                continue;
            Line($"`{arm.Name}` against `{even.Name}`: time until both are as good as the worse of them in the end, as a ratio, {Spread(pair.CommonRatios, "0.00")}, "
                + $"p {P(pair.CommonPValue)}; time in all {Spread(pair.SecondsRatios, "0.00")}, p {P(pair.SecondsPValue)}; difference of the best values "
                + $"{Signed(Statistics.Median(pair.Gains))}, p {P(pair.BestPValue)}, over {pair.Seeds} seeds.");
        }
    }

    private void Adaptation(TrainingTask task)
    {
        Arm[] adapting = [.. Arm.All.Where(arm => arm.Adaptation is not null && PairedArms.Of(task, arm, Arm.Asha, runs) is not null)];
        if (adapting.Length == 0)
            return;
        Line($"Adaptation against `asha`: seeds in which it is better, equal or worse, the median difference (above 0 is better) and p; the same after as many epochs, "
            + $"and of {task.TestMetric}:");
        var table = new MarkdownTable("arm", "better", "equal", "worse", "difference", "p", "equal epochs", "p", "test", "p");
        foreach (var arm in adapting)
        {
            var pair = PairedArms.Of(task, arm, Arm.Asha, runs)!;
            table.Add(
                arm.Name, $"{pair.Gains.Count(gain => gain > 0)}", $"{pair.Gains.Count(gain => gain == 0)}", $"{pair.Gains.Count(gain => gain < 0)}",
                Signed(Statistics.Median(pair.Gains)), P(pair.BestPValue),
                Signed(Statistics.Median(pair.GainsAtEqualEpochs)), P(pair.EqualEpochsPValue),
                pair.TestGains is { } tests ? Signed(Statistics.Median(tests)) : "–", pair.TestGains is null ? "–" : P(pair.TestPValue));
        }

        Line(table.ToString());
    }

    private void HeldRates()
    {
        int[] seeds = [.. constants.Select(run => run.Seed).Distinct()];
        Line($"Task `{FallingRateTask.TaskName}` with learning rates that are held: median loss over {seeds.Length} seeds after so many epochs, the least "
            + "in bold.");
        var medians = FallingRateTask.ConstantRates.ToDictionary(rate => rate, rate => Moments.Select(epoch => LossOf(rate, epoch)).ToArray());
        var table = new MarkdownTable(["learning rate", .. Moments.Select(epoch => $"{epoch}")]);
        foreach (var (rate, losses) in medians)
            table.Add([Number(rate), .. losses.Select((loss, i) => loss == medians.Values.Min(all => all[i]) ? $"**{Loss(loss)}**" : Loss(loss))]);
        Line(table.ToString());

        double[] early = [.. seeds.Select(seed => BestRate(seed, Moments[0]))], late = [.. seeds.Select(seed => BestRate(seed, Moments[^1]))];
        Line($"The rate that is best after {Moments[0]} epoch is higher than the one that is best after {Moments[^1]} in "
            + $"{early.Zip(late, (first, last) => first > last).Count(higher => higher)} of {seeds.Length} seeds.");
    }

    private double LossOf(double rate, int epoch) =>
        Statistics.Median(constants.Where(run => run.Rate == rate).Select(run => LossOf(run, epoch)));

    private double BestRate(int seed, int epoch) =>
        constants.Where(run => run.Seed == seed).MinBy(run => LossOf(run, epoch))!.Rate;

    private static double LossOf(ConstantRun run, int epoch) => epoch <= run.Losses.Count ? run.Losses[epoch - 1] : double.PositiveInfinity;

    private static string Spread(IEnumerable<double> values, string format)
    {
        double[] all = [.. values];
        return $"{Median(all, format)} ({Format(Statistics.Quantile(all, 0.25), format)} to {Format(Statistics.Quantile(all, 0.75), format)})";
    }

    private static string Median(IEnumerable<double> values, string format) => Format(Statistics.Median(values), format);

    private static string Format(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Signed(double value) => Format(value, "+0.0000;-0.0000;0");

    private static string Number(double value) => Format(value, "0.######");

    private static string Loss(double value) => double.IsFinite(value) ? Format(value, "0.000") : "∞";

    private static string P(double value) => value < 0.001 ? "<0.001" : Format(value, "0.000");

    private void Line(string line) => text.Append(line.TrimEnd()).Append("\n\n");
}
