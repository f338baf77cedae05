using DurableTrainer.Core.Trials;
using DurableTrainer.Durable;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Champions;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Experiments.Workflows;

/// <summary>The names by which workflows, activities and entities call each other.</summary>
public static class WorkflowNames
{
    public static readonly OrchestratorName<ExperimentInput, ExperimentOutcome> Experiment = new("Experiment");
    public static readonly OrchestratorName<TrialInput, TrialResult> Trial = new("Trial");

    public static readonly OrchestratorName<Dismissal, Unit> Dismissal = new("Dismissal");

    /// <summary>Served by each pool under a name of its own: <c>RunSlice.In(pool)</c>.</summary>
    public static readonly ActivityName<SliceRequest, SliceResult> RunSlice = new(SliceRequest.ActivityName);

    /// <summary>Served by each pool under a name of its own: <c>Evaluate.In(pool)</c>.</summary>
    public static readonly ActivityName<EvaluationRequest, IReadOnlyDictionary<string, double>> Evaluate = new(EvaluationRequest.ActivityName);

    public static readonly ActivityName<string, ExperimentPlan> LoadPlan = new("LoadPlan");
    public static readonly ActivityName<string, Quota> ReadQuota = new("ReadQuota");
    public static readonly ActivityName<string, long> MeasureStorage = new("MeasureStorage");
    public static readonly ActivityName<EventBatch, Unit> RecordEvents = new("RecordEvents");
    public static readonly ActivityName<TrialEnding, Unit> EndTrial = new("EndTrial");
    public static readonly ActivityName<string, Unit> RaiseStopFlag = new("RaiseStopFlag");
    public static readonly ActivityName<ReleasedMilestones, Unit> DeleteMilestones = new("DeleteMilestones");
    public static readonly ActivityName<TrialId, TrialSummary> ReadTrial = new("ReadTrial");

    /// <summary>The champion of an experiment's name; null when there is none.</summary>
    public static readonly ActivityName<string, ChampionModel?> ReadChampion = new("ReadChampion");

    /// <summary>Answers whether it is decided; if not, there is another champion by now.</summary>
    public static readonly ActivityName<ChampionChallenge, bool> Challenge = new("Challenge");
    public static readonly ActivityName<ExperimentEnding, Unit> EndExperiment = new("EndExperiment");

    public static readonly EntityOperation<SearchSettings, Unit> StartTuner = new("Start");
    public static readonly EntityOperation<int, Proposal> Propose = new("Propose");
    public static readonly EntityOperation<TrialReport, Decision> Report = new("Report");
    public static readonly EntityOperation<TrialEnd, TrialEndAnswer> End = new("End");
    public static readonly EntityOperation<Unit, SearchFindings> Conclude = new("Conclude");

    public static readonly EntityOperation<AdmissionRequest, Admission> Admit = new("Admit");

    /// <summary>Answers why the trial should not start; null when it may.</summary>
    public static readonly EntityOperation<TrialStart, string?> Begin = new("Begin");

    /// <summary>Answers why the experiment should start nothing more; null while there is enough.</summary>
    public static readonly EntityOperation<Settlement, string?> Settle = new("Settle");
    public static readonly EntityOperation<SettledTrial, Unit> EndSettledTrial = new("EndTrial");
    public static readonly EntityOperation<Departure, Unit> Leave = new("Leave");

    public static readonly EventName<string> Cancel = new("Cancel");

    public const string TunerEntity = "Tuner";

    public const string LedgerEntity = "Ledger";

    public static EntityId Tuner(string experiment) => new(TunerEntity, experiment);

    public static EntityId Ledger(string tenant) => new(LedgerEntity, tenant);

    /// <summary>The instance of a trial: those of one experiment share a prefix.</summary>
    public static string TrialInstance(string experiment, int trial) => $"{TrialPrefix(experiment)}{trial}";

    internal static string DismissalInstance(string experiment) => $"dismissal of {experiment}";

    internal static string TrialPrefix(string experiment) => $"{experiment}/";
}
