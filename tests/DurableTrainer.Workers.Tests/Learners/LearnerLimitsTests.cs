using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Learners;
using DurableTrainer.Workers.Pool;
using DurableTrainer.Workers.Slices;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Learners;

/// <summary>What learners take that are processes counts as what their trial takes. These take something and never learn.</summary>
public class LearnerLimitsTests
{
    private const string Hoard = "hoard=$(head -c 400000000 /dev/zero | tr '\\0' x); until [ -e /never ]; do sleep 0.05; done";
    private const string Spin = "while :; do :; done";

    [Fact]
    public async Task Memory_of_learners_is_held_against_the_limit_of_their_trial()
    {
        var (result, learners) = await RunAsync("""{ "memory": "700MiB" }""", Hoard);

        Assert.Equal((SliceOutcome.Failed, 0), (result.Outcome, result.Epoch));
        Assert.Matches(@"^limit exceeded: memory of at most 700 MiB, was [\d.]+ MiB in epoch 1$", result.Reason);
        Assert.InRange(result.Usage.PeakMemoryBytes, 700 << 20, long.MaxValue);
        Assert.Empty(learners.ProcessIds);
    }

    [Fact]
    public async Task Processor_time_of_learners_is_held_against_the_limit_of_their_trial()
    {
        var (result, learners) = await RunAsync("""{ "cpuTime": "PT2S" }""", Spin);

        Assert.Equal((SliceOutcome.Failed, 0), (result.Outcome, result.Epoch));
        Assert.Matches(@"^limit exceeded: cpuTime of at most 2 s, was [\d.]+ s in epoch 1$", result.Reason);
        Assert.InRange(learners.CpuTime, TimeSpan.FromSeconds(0.1), result.Usage.CpuTime);
        Assert.Empty(learners.ProcessIds);
    }

    private static async Task<(SliceResult Result, LearnerProcesses Learners)> RunAsync(string limits, string script)
    {
        using var digits = new DigitsExperiment(limits, parallel: """{ "mode": "async", "learners": 2, "learnerKind": "processes" }""");
        var learners = new LearnerProcesses(new WorkerCommand("sh", ["-c", script]));
        return (await digits.RunAsync(Slice(0, 0, 1) with { Threads = 2 }, equipment: new WorkerEquipment { Learners = learners }), learners);
    }
}
