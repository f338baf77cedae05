using DurableTrainer.Core.Space;

namespace DurableTrainer.Tuning.History;

/// <summary>What the trials so far say to a learner: points as coordinates, objectives turned so that less is better.</summary>
internal sealed class SearchHistory
{
    public SearchHistory(SearchSettings settings, UnitSpace space, TunerState state)
    {
        Settings = settings;
        Space = space;
        State = state;
        foreach (var trial in state.Trials)
        {
            var point = trial.PointIn(space.Space);
            Known.Add(point);
            var unit = space.Of(point);
            if (trial.Status == TrialStatus.Running)
                Pending.Add(unit);
            else if (trial.Status == TrialStatus.Failed || trial.Objectives is null || !trial.Objectives.All(double.IsFinite))
            {
                if (trial.Status == TrialStatus.Failed)
                    Failed.Add(unit);
            }
            else
            {
                Points.Add(unit);
                Losses.Add([.. trial.Objectives.Select((value, i) => settings.Objectives[i].Goal == Core.Spec.Goal.Maximize ? -value : value)]);
            }
        }
    }

    public SearchSettings Settings { get; }

    public UnitSpace Space { get; }

    public TunerState State { get; }

    /// <summary>Of all trials, whatever became of them.</summary>
    public HashSet<Point> Known { get; } = [];

    /// <summary>Of trials that ended with a value.</summary>
    public List<double[]> Points { get; } = [];

    /// <summary>Objectives of <see cref="Points"/>, less is better.</summary>
    public List<double[]> Losses { get; } = [];

    /// <summary>Of trials that have not ended.</summary>
    public List<double[]> Pending { get; } = [];

    /// <summary>Of trials that could not be tried.</summary>
    public List<double[]> Failed { get; } = [];

    public int Trials => State.Trials.Count;

    private Models.Belief? belief;
    private bool believed;

    public Models.Belief? Belief
    {
        get
        {
            if (!believed)
                (belief, believed) = (Models.Belief.Of(this), true);
            return belief;
        }
    }

    public bool IsNew(double[] unit)
    {
        var point = Space.PointAt(unit);
        return !Known.Contains(point) && Space.Space.Satisfies(point);
    }
}
