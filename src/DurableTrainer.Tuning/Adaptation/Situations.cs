using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Schedulers;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>Increments as the process sees them: what is compared within 0 to 1, gains with mean 0 and deviation 1.</summary>
internal sealed class Situations
{
    /// <summary>A gain or loss further out tells no more than that it was large, as in the authors' program.</summary>
    private const double Farthest = 2;

    private readonly SearchSettings settings;
    private readonly UnitSpace space;
    private readonly bool[] isChoice;
    private readonly double lowest;
    private readonly double range;
    private readonly List<Situation> all;
    private readonly double[] targets;

    /// <param name="settings">What is searched.</param>
    /// <param name="space">The same as coordinates.</param>
    /// <param name="known">Increments with a gain, at least one, the nearest in time first.</param>
    /// <param name="pending">Increments without.</param>
    public Situations(SearchSettings settings, UnitSpace space, IReadOnlyList<Increment> known, IReadOnlyList<Increment> pending)
    {
        (this.settings, this.space) = (settings, space);
        isChoice = [.. settings.Space.Select((parameter, i) => parameter.Adjustable && space.IsChoice[i])];
        lowest = known.Min(increment => increment.Loss);
        range = known.Max(increment => increment.Loss) - lowest;
        all = [.. known.Concat(pending).Select(increment => At(increment.Epoch, increment.Loss, Coordinates(i => increment.Values[i])))];
        var mean = known.Average(increment => increment.Gain!.Value);
        var deviation = Math.Sqrt(known.Average(increment => Math.Pow(increment.Gain!.Value - mean, 2)));
        targets = [.. known.Select(increment => deviation > 0 ? Math.Clamp((increment.Gain!.Value - mean) / deviation, -Farthest, Farthest) : 0)];
    }

    /// <summary>How many gains are known.</summary>
    public int Known => targets.Length;

    /// <summary>Where a trial stands that has taken over a milestone.</summary>
    public Situation At(TunerState state, int trial, Milestone donor, Point point)
    {
        var values = TrialRecord.Pack(space.Inner, point);
        return At(donor.Epoch, Comparison.LossOf(settings.Objectives, state.Trials[donor.Trial].ReportAt(donor.Epoch)!)[0], Coordinates(i => values[i]));
    }

    /// <param name="mostFitted">By so many of the nearest in time the kernel is fitted.</param>
    public TimeVaryingProcess? Process(int mostFitted) =>
        TimeVaryingProcess.Of(isChoice, TimeVaryingFit.Of(isChoice, all, [.. targets.Take(mostFitted)]), all, targets);

    private Situation At(int epoch, double loss, double[] unit) => new(
        unit, range > 0 ? (loss - lowest) / range : 0, (double)epoch / settings.Adaptation!.EveryEpochs);

    /// <summary>Parameters that do not change are alike everywhere; one that is not active has a value of its own, or the middle.</summary>
    private double[] Coordinates(Func<int, double?> value) => [.. settings.Space.Select((parameter, i) =>
        !parameter.Adjustable ? 0
        : value(i) is not { } number ? isChoice[i] ? -1 : 0.5
        : parameter is ListedParameter listed ? (number + 0.5) / listed.Values.Count
        : parameter.Encode(number))];
}
