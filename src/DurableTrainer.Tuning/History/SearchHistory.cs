using DurableTrainer.Core.Space;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.History;

/// <summary>What the trials so far say to a learner: points as coordinates, objectives turned so that less is better.</summary>
internal sealed class SearchHistory
{
    private readonly HashSet<Point> known = [];

    /// <summary>By trial number, its place in <see cref="Observations"/>; -1 when it is not there.</summary>
    private readonly List<int> places = [];

    private readonly FullLength fullLength;
    private readonly Lazy<Belief?> belief;
    private readonly Lazy<int[]> ranking;
    private readonly Lazy<LimitMask?> mask;

    public SearchHistory(SearchSettings settings, UnitSpace space, TunerState state)
    {
        Settings = settings;
        Space = space;
        State = state;
        TrialRecord[] trials = [.. state.Trials.Select(trial => trial.AsProposed())];
        fullLength = new(settings.Objectives, trials);
        belief = new(() => Belief.Of(this));
        ranking = new(Rank);
        mask = new(() => LimitMask.Of(space, state));
        foreach (var trial in trials)
            Add(trial);
    }

    public SearchSettings Settings { get; }

    public UnitSpace Space { get; }

    public TunerState State { get; }

    /// <summary>
    /// Trials that ended with a value, in the order of their numbers; one that went on with another's model by the value that it had then.
    /// </summary>
    public List<Observation> Observations { get; } = [];

    /// <summary>Points of trials that have not ended.</summary>
    public List<double[]> Pending { get; } = [];

    /// <summary>Points that could not be tried, or whose trials ended without a finite value.</summary>
    public List<double[]> Infeasible { get; } = [];

    /// <summary>Places in <see cref="Observations"/>, the best first: by the objective, or by Pareto front and the room on it.</summary>
    public IReadOnlyList<int> Ranking => ranking.Value;

    /// <summary>What a Gaussian process makes of it all; null before there are two observations.</summary>
    public Belief? Belief => belief.Value;

    /// <summary>The kernels of the belief that are worth remembering; null when nobody asked for it.</summary>
    public KernelFits? KernelFits => belief.IsValueCreated ? belief.Value?.Fits : null;

    /// <summary>What is too dear to try; null while nothing is known to be.</summary>
    public LimitMask? Mask => mask.Value;

    /// <summary>Whether a point may be proposed: it keeps the constraints, no trial has it, and it is not too dear.</summary>
    public bool IsOpen(double[] unit)
    {
        var point = Space.PointAt(unit);
        return !known.Contains(point) && Space.Satisfies(point) && Mask?.IsSafe(unit) is not false;
    }

    /// <summary>What a trial reached, and the best of the trials that ended before it; null and infinity where there is none.</summary>
    /// <param name="trial">One that has ended.</param>
    /// <param name="targets">What each observation reached, less is better.</param>
    public (double Before, double? Reached) BestAround(int trial, IReadOnlyList<double> targets)
    {
        var before = double.PositiveInfinity;
        foreach (var ended in State.Ended)
        {
            var place = places[ended];
            if (ended == trial)
                return (before, place < 0 ? null : targets[place]);
            if (place >= 0)
                before = Math.Min(before, targets[place]);
        }

        return (before, null);
    }

    /// <summary>The cost of a trial over that of the median trial; 1 when nobody counts.</summary>
    public double RelativeCost(int trial)
    {
        var costs = State.Trials.Select(record => record.Cost ?? 0).Where(cost => cost > 0).Order().ToList();
        return costs.Count > 0 && State.Trials[trial].Cost is > 0 and var cost ? cost / costs[costs.Count / 2] : 1;
    }

    private void Add(TrialRecord trial)
    {
        var point = trial.PointIn(Space.Inner);
        known.Add(point);
        var unit = Space.Of(point);
        places.Add(-1);
        if (trial.Status == TrialStatus.Running)
            Pending.Add(unit);
        else if (trial.Status == TrialStatus.Failed)
            Infeasible.Add(unit);
        else if (trial.Objectives is not null)
            AddEnded(unit, trial);
    }

    private void AddEnded(double[] unit, TrialRecord trial)
    {
        if (!trial.Objectives!.All(double.IsFinite))
        {
            Infeasible.Add(unit);
        }
        else
        {
            places[^1] = Observations.Count;
            Observations.Add(new Observation(places.Count - 1, unit, fullLength.LossesOf(trial)));
        }
    }

    private int[] Rank()
    {
        var losses = Observations.Select(observation => observation.Losses).ToList();
        var places = Enumerable.Range(0, losses.Count).ToArray();
        if (Settings.Objectives.Count == 1)
            return [.. places.OrderBy(i => losses[i][0])];
        var crowded = Crowding.Places(losses);
        return [.. places.OrderBy(i => crowded[i])];
    }
}

/// <param name="Trial">Its number.</param>
/// <param name="Unit">Coordinates of the point.</param>
/// <param name="Losses">The objectives there as of full training, less is better.</param>
internal sealed record Observation(int Trial, double[] Unit, double[] Losses);
