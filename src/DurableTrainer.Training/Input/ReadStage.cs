using System.Diagnostics;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Input;

/// <summary>Brings samples of synthetic data into a batch, and takes as long for it as their spec says.</summary>
internal sealed class ReadStage(Dataset dataset, ReadingCost cost) : InputStage("read")
{
    // Never set: the latency is all that there is to wait for.
    private readonly ManualResetEvent never = new(false);

    public override StageWork CreateWork()
    {
        var latency = (int)Math.Ceiling(cost.Latency.TotalMilliseconds);
        return (sample, _, inputs) =>
        {
            if (latency > 0)
                never.WaitOne(latency);
            Burn(cost.CpuTime);
            dataset.InputsOf(sample).CopyTo(inputs);
        };
    }

    public override void Dispose()
    {
        never.Dispose();
        base.Dispose();
    }

    /// <summary>Works for so much time of the processor, however long it has to wait for one.</summary>
    private static void Burn(TimeSpan cpuTime)
    {
        var start = Now();
        while (Now() - start < cpuTime)
            Thread.SpinWait(20);

        static TimeSpan Now() => ThreadClock.CpuTime ?? Stopwatch.GetElapsedTime(0);
    }
}
