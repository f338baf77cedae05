using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests;

/// <summary>Runs searches as an experiment would, on functions in place of training.</summary>
internal static class Search
{
    public static readonly ObjectiveSpec Loss = new() { Metric = "validation.loss" };

    /// <summary>A search over floats from 0 to 1.</summary>
    public static SearchSettings Cube(int dimensions, long seed, TunerAgent agent = TunerAgent.Bandit) => new()
    {
        Seed = seed,
        Objectives = [Loss],
        Space = [.. Enumerable.Range(0, dimensions).Select(i => new FloatParameter { Name = $"x{i}", Min = 0, Max = 1 })],
        Tuner = new TunerSpec { Agent = agent },
        Epochs = 1,
    };

    /// <summary>One trial after the other.</summary>
    /// <param name="settings">What is searched.</param>
    /// <param name="objective">The values at a point; null when it cannot be tried.</param>
    /// <param name="trials">It ends after so many, or when nothing is left.</param>
    public static TunerState Run(SearchSettings settings, Func<Point, double[]?> objective, int trials)
    {
        var tuner = new Tuner(settings);
        var state = tuner.Start();
        for (var trial = 0; trial < trials; trial++)
        {
            (state, var proposal) = tuner.Propose(state, trial);
            if (proposal.Point is not { } point)
                break;
            (state, _) = tuner.End(state, EndOf(trial, objective(point)));
        }

        return state;
    }

    /// <summary>A state with trials that ended as told.</summary>
    public static TunerState Told(SearchSettings settings, IEnumerable<(Point Point, double[]? Values)> trials)
    {
        var tuner = new Tuner(settings with { Convergence = null });
        var state = tuner.Start() with { Settings = settings };
        foreach (var (point, values) in trials)
        {
            (state, var trial) = tuner.Add(state, point);
            (state, _) = tuner.End(state, EndOf(trial, values));
        }

        return state;
    }

    public static IReadOnlyList<Point> PointsOf(TunerState state)
    {
        var space = new SearchSpace(state.Settings.Space, state.Settings.Constraints);
        return [.. state.Trials.Select(trial => trial.PointIn(space))];
    }

    /// <summary>The lowest first objective so far.</summary>
    public static double Lowest(TunerState state) => state.Trials.Where(trial => trial.Objectives is not null).Min(trial => trial.Objectives![0]);

    /// <summary>The coordinates of a point of <see cref="Cube"/>.</summary>
    public static double[] Coordinates(Point point) => [.. point.Select(pair => pair.Value.Number)];

    public static double Median(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        return ordered[ordered.Count / 2];
    }

    private static TrialEnd EndOf(int trial, double[]? values) =>
        new(trial, values is null ? TrialStatus.Failed : TrialStatus.Completed, Values: values);
}
