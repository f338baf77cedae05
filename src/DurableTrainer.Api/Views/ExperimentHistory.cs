using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Api.Views;

/// <summary>What an experiment's events add up to.</summary>
public sealed class ExperimentHistory(ExperimentSpec spec)
{
    private readonly SortedDictionary<int, TrialView> trials = [];
    private ExperimentEvent? ended;
    private bool isWaiting;

    public ExperimentSpec Spec { get; } = spec;

    public IReadOnlyCollection<TrialView> Trials => trials.Values;

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>
    /// Of several objectives: the trials whose values no other beats, the best by the first objective first. Null for one objective.
    /// </summary>
    public IReadOnlyList<TrialView>? Front =>
        Spec.Objective.Count > 1 ? ParetoFront.Of(Spec.Objective, trials.Values, trial => trial.Value is null ? null : trial.Values) : null;

    /// <summary>The best of those that have a value: the first one of equals, and none that failed.</summary>
    public TrialView? Best => trials.Values
        .Where(trial => trial.Value is not null)
        .Aggregate((TrialView?)null, (best, next) => best is null || IsBetter(next, best) ? next : best);

    public void Add(ExperimentEvent happened)
    {
        switch (happened.Type)
        {
            case ExperimentEventType.ExperimentQueued:
                isWaiting = true;
                break;
            case ExperimentEventType.ExperimentStarted:
                isWaiting = false;
                StartedAt ??= happened.Time;
                break;
            case ExperimentEventType.TrialStarted:
                trials[happened.Trial!.Value] = new TrialView
                {
                    Trial = happened.Trial.Value,
                    Status = TrialView.Running,
                    Point = happened.Point!,
                    Origin = happened.Origin!,
                };
                break;
            case ExperimentEventType.SliceEnded or ExperimentEventType.TrialEnded:
                trials[happened.Trial!.Value] = trials[happened.Trial.Value] with
                {
                    Status = happened.Status ?? TrialView.Running,
                    Epochs = happened.Epoch ?? 0,
                    Value = happened.Value,
                    Values = happened.Values,
                    Message = happened.Message,
                };
                break;
            case ExperimentEventType.TrialAdjusted:
                trials[happened.Trial!.Value] = trials[happened.Trial.Value] with { Point = happened.Point! };
                break;
            case ExperimentEventType.ThreadsGranted:
                trials[happened.Trial!.Value] = trials[happened.Trial.Value] with { Threads = happened.Threads };
                break;
            case ExperimentEventType.ExperimentEnded:
                ended = happened;
                break;
        }
    }

    public ExperimentView View(string id, ExperimentResult? result) => new()
    {
        Id = id,
        Name = Spec.Name,
        Status = result?.Status ?? (isWaiting ? ExperimentStatus.Queued : ExperimentStatus.Running),
        Reason = result?.Reason,
        StartedAt = StartedAt,
        EndedAt = ended?.Time,
        Metric = Spec.Objective[0].Metric,
        BudgetTrials = Spec.Budget.Trials,
        EndedTrials = trials.Values.Count(trial => !trial.IsRunning),
        RunningTrials = trials.Values.Count(trial => trial.IsRunning),
        Best = result?.Best is { } best ? new BestView(best.Trial, best.Value, best.Point, best.Metrics, best.IsBelieved, best.Lineage)
            : Best is { } leader ? new BestView(leader.Trial, leader.Value!.Value, leader.Point, null)
            : null,
        Metrics = Spec.Objective.Count > 1 ? [.. Spec.Objective.Select(objective => objective.Metric)] : null,
        Front = result?.Front is { } front ? [.. front.Select(trial => new FrontView(trial.Trial, trial.Values, trial.Point))]
            : Front is { } leaders ? [.. leaders.Select(trial => new FrontView(trial.Trial, trial.Values!, trial.Point))]
            : null,
        Experts = result?.Experts,
    };

    private bool IsBetter(TrialView trial, TrialView other) => Objectives.IsBetter(Spec.Objective, ValuesOf(trial), ValuesOf(other));

    private double[] ValuesOf(TrialView trial) =>
        trial.Values is null ? [trial.Value!.Value] : Objectives.ValuesIn(Spec.Objective, trial.Values);
}
