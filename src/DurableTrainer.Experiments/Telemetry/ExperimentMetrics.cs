using System.Diagnostics.Metrics;
using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Trials;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning;
using DurableTrainer.Workers.Telemetry;

namespace DurableTrainer.Experiments.Telemetry;

/// <summary>What experiments come to. Names of experiments stand on them, numbers do not: there are as many series as names.</summary>
internal static class ExperimentMetrics
{
    private static readonly Histogram<double> QueueTime = Signals.Meter.CreateHistogram<double>(
        "durabletrainer.experiment.queue_time", "s", "How long experiments waited for room in their quota before they started.");

    private static readonly Histogram<double> ExperimentDuration = Signals.Meter.CreateHistogram<double>(
        "durabletrainer.experiment.duration", "s", "How long experiments took, by how they ended.");

    private static readonly Histogram<double> TrialDuration = Signals.Meter.CreateHistogram<double>(
        "durabletrainer.trial.duration", "s", "How long trials took, by how they ended.");

    private static readonly Counter<long> Decisions = Signals.Meter.CreateCounter<long>(
        "durabletrainer.decisions", "{decision}", "What was decided at the ends of slices.");

    private static readonly Counter<double> CpuTime = Signals.Meter.CreateCounter<double>(
        "durabletrainer.usage.cpu_time", "s", "Processor time of slices that are done.");

    private static readonly Counter<double> WallTime = Signals.Meter.CreateCounter<double>(
        "durabletrainer.usage.wall_time", "s", "Running time of slices that are done.");

    private static readonly Counter<double> GpuTime = Signals.Meter.CreateCounter<double>(
        "durabletrainer.usage.gpu_time", "s", "Time during which GPUs computed in slices that are done.");

    private static readonly Counter<long> Epochs = Signals.Meter.CreateCounter<long>(
        "durabletrainer.usage.epochs", "{epoch}", "Epochs of slices that are done.");

    public static void Started(string experiment, TimeSpan waited) => QueueTime.Record(waited.TotalSeconds, NameOf(experiment));

    public static void Ended(string experiment, string status, TimeSpan duration) =>
        ExperimentDuration.Record(duration.TotalSeconds, NameOf(experiment), new(SignalNames.ExperimentStatus, status));

    public static void TrialEnded(string experiment, string status, TimeSpan duration) =>
        TrialDuration.Record(duration.TotalSeconds, NameOf(experiment), new(SignalNames.TrialStatus, status));

    public static void Decided(string experiment, Decision decision) =>
        Decisions.Add(1, NameOf(experiment), new(SignalNames.Decision, decision.Adjustment is null ? Words.Of(decision.Verdict) : "adjust"));

    public static void Used(string experiment, string tenant, Usage usage)
    {
        KeyValuePair<string, object?> name = NameOf(experiment), whose = new(SignalNames.Tenant, tenant);
        CpuTime.Add(usage.CpuTime.TotalSeconds, name, whose);
        WallTime.Add(usage.WallClock.TotalSeconds, name, whose);
        if (usage.Gpu is { } gpu)
            GpuTime.Add(gpu.BusyTime.TotalSeconds, name, whose);
        Epochs.Add(usage.Epochs, name, whose);
    }

    private static KeyValuePair<string, object?> NameOf(string experiment) => new(SignalNames.ExperimentName, ExperimentIds.NameOf(experiment));
}
