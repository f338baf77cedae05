namespace DurableTrainer.Core.Telemetry;

/// <summary>The names of attributes. Those that count up without end (trials, slices, ids of experiments) stand on spans only, never on metrics.</summary>
public static class SignalNames
{
    public const string ExperimentId = "durabletrainer.experiment.id";
    public const string ExperimentName = "durabletrainer.experiment.name";
    public const string ExperimentStatus = "durabletrainer.experiment.status";
    public const string Tenant = "durabletrainer.tenant";
    public const string Trial = "durabletrainer.trial.number";
    public const string TrialStatus = "durabletrainer.trial.status";
    public const string Slice = "durabletrainer.slice.number";
    public const string SliceOutcome = "durabletrainer.slice.outcome";
    public const string FromEpoch = "durabletrainer.slice.from_epoch";
    public const string Epoch = "durabletrainer.epoch";
    public const string Value = "durabletrainer.value";
    public const string Reason = "durabletrainer.reason";
    public const string Decision = "durabletrainer.decision";
    public const string Pool = "durabletrainer.pool";
    public const string Threads = "durabletrainer.threads";
}
