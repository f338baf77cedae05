using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Beliefs;

/// <summary>What Gaussian processes make of a history: one for each objective, and one for what can be tried.</summary>
internal sealed class Belief
{
    internal const int SeenLimit = 300;
    internal const int FittedLimit = 128;

    private Belief(IReadOnlyList<ObjectiveBelief> objectives, Feasibility? feasibility, KernelFits? fits)
    {
        Objectives = objectives;
        Feasibility = feasibility;
        Fits = fits;
    }

    public IReadOnlyList<ObjectiveBelief> Objectives { get; }

    public Feasibility? Feasibility { get; }

    /// <summary>The kernels of it, as far as they are worth remembering.</summary>
    public KernelFits? Fits { get; }

    /// <summary>What would be believed if length scales were so many times as long; null where that cannot be.</summary>
    public Belief? With(double lengths)
    {
        if (lengths == 1)
            return this;
        var objectives = Objectives.Select(objective => objective.With(lengths)).ToList();
        return objectives.Contains(null) ? null : new Belief(objectives!, Feasibility, Fits);
    }

    /// <summary>Null before two trials have ended with a value.</summary>
    public static Belief? Of(SearchHistory history)
    {
        if (history.Observations.Count < 2)
            return null;
        var seen = Selection.Of(history, SeenLimit);
        var fitted = Selection.Of(history, FittedLimit);
        var kernels = new KernelMemory(history.State.Kernels, history.Observations.Count, history.Space.Dimensions);
        var objectives = Enumerable.Range(0, history.Settings.Objectives.Count)
            .Select(objective => ObjectiveBelief.Of(history, objective, seen, fitted, kernels))
            .ToList();
        return objectives.Contains(null) ? null : new Belief(objectives!, Feasibility.Of(history, FittedLimit, kernels), kernels.Fits);
    }
}
