using DurableTrainer.Core.Telemetry;
using DurableTrainer.Core.Tests.Telemetry;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Telemetry;

public class ExperimentMetricsTests
{
    [Fact]
    public async Task Metrics_count_what_the_events_say()
    {
        using var heard = new HeardMetrics(SignalNames.ExperimentName, "counted");
        await using var lab = new Laboratory(
            """{ "name": "counted", "budget": { "trials": 8, "parallel": 2 }, "scheduler": { "type": "asha", "minEpochs": 1, "reduction": 2 } }""");
        var (_, result) = await lab.RunAsync();

        var events = await lab.EventsAsync("counted-1");
        var ended = events.Where(e => e.Type == ExperimentEventType.TrialEnded).ToList();
        Assert.Equal(events.Count(e => e.Type == ExperimentEventType.SliceEnded), heard.Sum("durabletrainer.decisions"));
        Assert.Equal(ended.Count(e => e.Status == "stopped"), heard.Sum("durabletrainer.decisions", (SignalNames.Decision, "stop")));
        foreach (var status in ended.GroupBy(e => e.Status!))
            Assert.Equal(status.Count(), heard.Count("durabletrainer.trial.duration", (SignalNames.TrialStatus, status.Key)));
        Assert.Equal(1, heard.Count("durabletrainer.experiment.duration", (SignalNames.ExperimentStatus, "completed")));
        Assert.Equal((1, 0), (heard.Count("durabletrainer.experiment.queue_time"), heard.Sum("durabletrainer.experiment.queue_time")));
        var usage = ArtifactJson.Read<ExperimentUsage>((await lab.Store.ReadAsync(ArtifactPaths.Usage(result.Experiment)))!).Total;
        Assert.Equal(usage.Epochs, heard.Sum("durabletrainer.usage.epochs", (SignalNames.Tenant, lab.Experiment.Spec.Quota.Tenant)));
        Assert.Equal(usage.CpuTime.TotalSeconds, heard.Sum("durabletrainer.usage.cpu_time"), 6);
        Assert.Equal(usage.WallClock.TotalSeconds, heard.Sum("durabletrainer.usage.wall_time"), 6);
    }
}
