using DurableTrainer.Bench.Runs;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Searches;

/// <summary>A trial whose learning rate stays what it was: what a task is like, before anything is searched.</summary>
/// <param name="Seed">Of the data.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Losses">After each epoch; fewer than others have where training went astray.</param>
internal sealed record ConstantRun(int Seed, double Rate, IReadOnlyList<double> Losses)
{
    /// <summary>What these are called among the arms.</summary>
    public const string Arm = "constant";

    /// <summary>One for each rate that the task names.</summary>
    /// <exception cref="BenchException">The program failed.</exception>
    public static async Task<IReadOnlyList<ConstantRun>> OfAsync(FallingRateTask task, int seed, CancellationToken cancellation)
    {
        var run = await ProgramRun.OfAsync(task.ConstantSpec(seed), task.Files(seed), cancellation);
        return [.. FallingRateTask.ConstantRates.Select((rate, trial) =>
            new ConstantRun(seed, rate, [.. run.Epochs[trial].Where(epoch => epoch.Values.ContainsKey(task.Metric)).Select(epoch => epoch.Values[task.Metric])]))];
    }
}
