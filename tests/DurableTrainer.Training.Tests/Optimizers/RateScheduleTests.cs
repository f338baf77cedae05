using DurableTrainer.Core.Training;
using DurableTrainer.Training.Optimizers;

namespace DurableTrainer.Training.Tests.Optimizers;

public class RateScheduleTests
{
    public static TheoryData<ScheduleSpec> All => new(
        new ConstantScheduleSpec(),
        new StepScheduleSpec { Every = 1 },
        new CosineScheduleSpec { Minimum = 0.01 },
        new OneCycleScheduleSpec(),
        new ConstantScheduleSpec { WarmUpSteps = 4 },
        new StepScheduleSpec { Every = 2, WarmUpEpochs = 0.5 },
        new CosineScheduleSpec { WarmUpEpochs = 100 },
        new OneCycleScheduleSpec { WarmUpSteps = 2 },
        new CosineScheduleSpec { WarmUpEpochs = 1e300 });

    [Theory]
    [MemberData(nameof(All))]
    public void A_rate_is_positive_and_finite_whatever_the_step_and_however_short_the_trial(ScheduleSpec schedule)
    {
        foreach (var (stepsPerEpoch, epochs) in ((int, int)[])[(1, 1), (1, 2), (2, 1), (3, 1), (7, 5), (int.MaxValue, int.MaxValue)])
        {
            var rates = new RateSchedule(new SgdSpec { LearningRate = 0.1, Schedule = schedule }, stepsPerEpoch, epochs);
            foreach (var step in (long[])[0, 1, 2, 3, 6, 34])
                Assert.True(rates.At(step) is > 0 and <= 0.1, $"{schedule} at {step} of {epochs} × {stepsPerEpoch}: {rates.At(step)}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void After_the_last_step_the_rate_stays(ScheduleSpec schedule)
    {
        if (schedule is CosineScheduleSpec { WarmUpEpochs: not null })
            return;
        var rates = new RateSchedule(new SgdSpec { LearningRate = 0.1, Schedule = schedule }, stepsPerEpoch: 3, epochs: 4);

        Assert.Equal(rates.At(1000), rates.At(1_000_000));
    }

    [Fact]
    public void A_warm_up_rises_in_a_straight_line_to_the_first_rate_of_the_schedule()
    {
        var rates = new RateSchedule(
            new SgdSpec { LearningRate = 1, Schedule = new OneCycleScheduleSpec { WarmUpEpochs = 0.5 } }, stepsPerEpoch: 6, epochs: 2);

        Assert.Equal([0.04 / 4, 0.04 * 2 / 4, 0.04 * 3 / 4, 0.04], Enumerable.Range(0, 4).Select(step => rates.At(step)), (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
