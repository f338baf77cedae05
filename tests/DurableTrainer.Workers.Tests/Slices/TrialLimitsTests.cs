using DurableTrainer.Core.Trials;
using DurableTrainer.Workers.Slices;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

public class TrialLimitsTests
{
    [Fact]
    public async Task A_model_with_too_many_parameters_is_not_trained_at_all()
    {
        using var digits = new DigitsExperiment("""{ "parameters": 1200 }""");

        var result = await digits.RunAsync(Slice(0, 0, 6));

        Assert.Equal((SliceOutcome.Failed, 0), (result.Outcome, result.Epoch));
        Assert.Equal("limit exceeded: parameters of at most 1,200, was 1,210 before the first epoch", result.Reason);
    }

    [Theory]
    [InlineData(0, 3, "was 90 s in epoch 3")]
    [InlineData(45, 1, "was 75 s in epoch 1")]
    public async Task Running_time_is_limited_over_all_slices_of_a_trial(int usedBefore, int atEpoch, string was)
    {
        using var digits = new DigitsExperiment("""{ "wallClock": "PT1M" }""");
        var time = new ManualTime();

        var result = await digits.RunAsync(
            Slice(0, 0, 6) with { Used = new Usage(TimeSpan.FromSeconds(usedBefore), TimeSpan.Zero, 0, 0) }, _ => time.Advance(TimeSpan.FromSeconds(30)), time);

        Assert.Equal((SliceOutcome.Failed, atEpoch), (result.Outcome, result.Epoch));
        Assert.Equal($"limit exceeded: wallClock of at most 60 s, {was}", result.Reason);
    }

    [Fact]
    public async Task Processor_time_is_limited_over_all_slices_of_a_trial()
    {
        using var digits = new DigitsExperiment("""{ "cpuTime": "PT1H" }""");

        var result = await digits.RunAsync(Slice(0, 0, 6) with { Used = new Usage(TimeSpan.Zero, TimeSpan.FromHours(1), 0, 0) });

        // At the end of the epoch, or in the middle of it.
        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.Matches(@"^limit exceeded: cpuTime of at most 3600 s, was 360\d(\.\d)? s in epoch 1$", result.Reason);
    }

    [Fact]
    public async Task Memory_is_limited()
    {
        using var digits = new DigitsExperiment("""{ "memory": "1MiB" }""");

        var result = await digits.RunAsync(Slice(0, 0, 6));

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.Matches(@"^limit exceeded: memory of at most 1 MiB, was [\d.]+ MiB in epoch 1$", result.Reason);
    }

    [Fact]
    public async Task An_epoch_that_takes_too_long_is_not_waited_for()
    {
        using var digits = new DigitsExperiment("""{ "cpuTime": "PT0.5S" }""");

        // Batches of one sample: an epoch takes many times the limit, and is left after a step.
        var result = await digits.RunAsync(Slice(0, 0, 6000) with { Point = Point(rate: 0.001, batch: 1), ToEpoch = 6000 });

        Assert.Equal(SliceOutcome.Failed, result.Outcome);
        Assert.Matches(@"^limit exceeded: cpuTime of at most 0\.5 s, was [\d.]+ s in epoch \d+$", result.Reason);
    }

    [Fact]
    public void A_trial_does_not_answer_for_the_memory_of_the_one_before_it()
    {
        // Only Linux lets a process forget its peak.
        if (!OperatingSystem.IsLinux())
            return;
        const int Large = 400_000_000;
        Touch(Large);
        Assert.InRange(PeakMemory.Bytes, Large, long.MaxValue);
        var before = PeakMemory.Bytes;

        PeakMemory.StartOver(collect: true);

        Assert.InRange(PeakMemory.Bytes, 0, before - Large / 2);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Touch(int bytes) => Array.Fill(new byte[bytes], (byte)1);
}
