using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Sampling;

namespace DurableTrainer.Tuning.Adaptation;

/// <summary>
/// Population-based bandits (Parker-Holder, Nguyen and Roberts, Provably Efficient Online Hyperparameter Optimization with Population-Based
/// Bandits, NeurIPS 2020): a time-varying Gaussian process learns what values gain at which stage of training, and the largest upper
/// confidence bound says with which a model goes on. While little is known, values are perturbed.
/// </summary>
internal sealed class PopulationBandit(SearchSettings settings, UnitSpace space) : Explorer(space)
{
    /// <summary>Fewer known gains than so many say nothing.</summary>
    private const int LeastKnown = 5;

    private const int MostKnown = 200;
    private const int MostFitted = 64;
    private const int MostPending = 50;
    private const uint Scattered = 128;
    private const int Parents = 4;
    private const int Children = 16;

    private readonly Perturbation perturbation = new(settings, space);

    public override Point Explore(TunerState state, int trial, Milestone donor, Point point)
    {
        int[] active = [.. Enumerable.Range(0, settings.Space.Count).Where(i => settings.Space[i].Adjustable && point.Contains(settings.Space[i].Name))];
        var increments = Increment.Of(state, settings.Adaptation!.EveryEpochs)
            .Where(increment => increment.Trial != trial || increment.Gain is not null)
            .OrderBy(increment => Math.Abs(increment.Epoch - donor.Epoch)).ThenByDescending(increment => increment.Trial)
            .ToLookup(increment => increment.Gain is not null);
        if (active.Length == 0 || increments[true].Take(LeastKnown).Count() < LeastKnown)
            return perturbation.Explore(state, trial, donor, point);

        var situations = new Situations(settings, Space, [.. increments[true].Take(MostKnown)], [.. increments[false].Take(MostPending)]);
        return situations.Process(MostFitted) is { } process
            ? Highest(process, situations.At(donor.Epoch, point), active, point, new KeyedRandom(settings.Seed, "adaptation/pb2", trial, donor.Epoch), situations.Known)
            : perturbation.Explore(state, trial, donor, point);
    }

    /// <summary>The point with the values of the largest upper confidence bound, among many everywhere and more around the best of these.</summary>
    private Point Highest(TimeVaryingProcess process, Situation here, int[] active, Point point, KeyedRandom random, int known)
    {
        // As the authors set it, in place of their theorem's, which grows too fast to be of use.
        var width = Math.Sqrt(0.2 + Math.Max(0, Math.Log(0.4 * known)));
        var candidates = new List<(Point Point, double[] Unit, double Bound)>();
        Consider(point, here.Unit);
        var sequence = new SobolSequence(active.Length, (long)random.NextUInt64());
        var drawn = new double[active.Length];
        for (uint i = 0; i < Scattered; i++)
        {
            sequence.At(i, drawn);
            Change(drawn);
        }

        foreach (var (_, unit, _) in candidates.OrderByDescending(candidate => candidate.Bound).Take(Parents).ToList())
        {
            for (var child = 0; child < Children; child++)
            {
                var deviation = 0.1 * Math.Pow(0.1, (double)child / Children);
                Change([.. active.Select(i => Space.IsChoice[i] ? unit[i] : Math.Clamp(unit[i] + deviation * random.NextGaussian(), 0, 1))]);
            }
        }

        return candidates.MaxBy(candidate => candidate.Bound).Point;

        void Change(double[] coordinates)
        {
            double[] unit = [.. here.Unit];
            for (var i = 0; i < active.Length; i++)
                unit[active[i]] = Space.Settle(active[i], coordinates[i]);
            var changed = With(point, (name, value) => active.FirstOrDefault(i => settings.Space[i].Name == name, -1) is >= 0 and var i
                ? settings.Space[i].Decode(unit[i]) : value);
            if (Space.Satisfies(changed))
                Consider(changed, unit);
        }

        void Consider(Point changed, double[] unit)
        {
            var (mean, deviation) = process.Predict(here with { Unit = unit });
            candidates.Add((changed, unit, mean + width * deviation));
        }
    }
}
