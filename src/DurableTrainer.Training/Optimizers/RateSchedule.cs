using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Optimizers;

/// <summary>The learning rate of each step of a trial: nothing but numbers that follow from the arguments, so there is nothing to save.</summary>
/// <param name="spec">The learning rate that it starts from, and the schedule.</param>
/// <param name="stepsPerEpoch">Optimizer steps of one epoch.</param>
/// <param name="epochs">Of the whole trial, however it is cut into pieces.</param>
internal sealed class RateSchedule(OptimizerSpec spec, int stepsPerEpoch, int epochs)
{
    // Those that PyTorch's OneCycleLR has when it is not told otherwise.
    private const double StartDivisor = 25, EndDivisor = 1e4;

    private readonly long warmUp = spec.Schedule switch
    {
        { WarmUpSteps: { } steps } => steps,
        { WarmUpEpochs: { } part } => (long)Math.Min(long.MaxValue / 2, Math.Round(part * stepsPerEpoch)),
        _ => 0,
    };

    public int StepsPerEpoch => stepsPerEpoch;

    /// <param name="step">Of the trial, counted from 0. After the last one the rate stays.</param>
    public double At(long step)
    {
        if (step < warmUp)
            return Scheduled(0) * (step + 1) / (warmUp + 1);
        return Scheduled(step - warmUp);
    }

    /// <param name="step">Counted from the end of the warm-up.</param>
    private double Scheduled(long step)
    {
        var steps = Math.Max(1, (long)epochs * stepsPerEpoch - warmUp);
        step = Math.Min(step, steps);
        return spec.Schedule switch
        {
            ConstantScheduleSpec => spec.LearningRate,
            StepScheduleSpec schedule => spec.LearningRate * Math.Pow(schedule.Factor, step / stepsPerEpoch / schedule.Every),
            CosineScheduleSpec schedule => Between(spec.LearningRate, schedule.Minimum, (double)step / steps),
            OneCycleScheduleSpec schedule => OneCycle(schedule, Math.Min(step, steps - 1), steps),
            var schedule => throw new UnreachableException($"No rate follows {schedule.GetType().Name}."),
        };
    }

    /// <summary>Up to the top at step share · steps − 1, which need not be a whole number, and down from there to the last step.</summary>
    private double OneCycle(OneCycleScheduleSpec schedule, long step, long steps)
    {
        var (maximum, top) = (schedule.Maximum ?? spec.LearningRate, schedule.RisingShare * steps - 1);
        var start = maximum / StartDivisor;
        if (step <= top)
            return Between(start, maximum, top == 0 ? 1 : step / top);
        return Between(maximum, start / EndDivisor, (step - top) / (steps - 1 - top));
    }

    /// <summary>Along half a cosine.</summary>
    private static double Between(double from, double to, double share) => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}
