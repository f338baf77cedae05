using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>Increments as the process sees them: values within 0 to 1, gains with mean 0 and deviation 1.</summary>
internal sealed class Situations
{
    /// <summary>A gain or loss further out tells no more than that it was large, as in the authors' program.</summary>
    private const double Farthest = 2;

    private readonly SearchSettings settings;
    private readonly UnitSpace space;
    private readonly bool[] isChoice;
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
        all = [.. known.Concat(pending).Select(increment => At(increment.Epoch, increment.Values))];
        var mean = known.Average(increment => increment.Gain!.Value);
        var deviation = Math.Sqrt(known.Average(increment => Math.Pow(increment.Gain!.Value - mean, 2)));
        targets = [.. known.Select(increment => deviation > 0 ? Math.Clamp((increment.Gain!.Value - mean) / deviation, -Farthest, Farthest) : 0)];
    }

    /// <summary>How many gains are known.</summary>
    public int Known => targets.Length;

    /// <summary>Going on from an epoch with a point.</summary>
    public Situation At(int epoch, Point point) => At(epoch, TrialRecord.Pack(space.Inner, point));

    /// <param name="mostFitted">By so many of the nearest in time the kernel is fitted.</param>
    public TimeVaryingProcess? Process(int mostFitted) =>
        TimeVaryingProcess.Of(isChoice, TimeVaryingFit.Of(isChoice, all, [.. targets.Take(mostFitted)]), all, targets);

    private Situation At(int epoch, IReadOnlyList<double?> values) => new(
        [.. settings.Space.Select((parameter, i) => CoordinateOf(parameter, values[i]))], (double)epoch / settings.Adaptation!.EveryEpochs);

    /// <summary>Parameters that do not change are alike everywhere; one that is not active has a value of its own, or the middle.</summary>
    private static double CoordinateOf(Parameter parameter, double? value) =>
        !parameter.Adjustable ? 0
        : value is not { } number ? parameter is ChoiceParameter ? -1 : 0.5
        : parameter is ListedParameter listed ? (number + 0.5) / listed.Values.Count
        : parameter.Encode(number);
}
