using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;
using DurableTrainer.Storage;
using DurableTrainer.Tuning;
using DurableTrainer.Tuning.Costs;

namespace DurableTrainer.Experiments.Tests.Submission;

/// <summary>What a plan says of usage, by what ended experiments used.</summary>
public class UsageOutlookTests
{
    private const string EightTrials = """{ "budget": { "trials": 8, "parallel": 1 } }""";

    [Fact]
    public async Task A_plan_of_a_repeated_experiment_says_what_it_will_use()
    {
        await using var lab = new Laboratory(EightTrials);
        Assert.Null((await ExperimentForecast.OfAsync(lab.Experiment, lab.Store)).Expected);
        await lab.RunAsync();

        var (experiment, usage) = (await ExperimentForecast.OfAsync(lab.Experiment, lab.Store)).Expected!;

        // Eight trials of four epochs, each of 10 seconds and 20 of CPU time.
        Assert.Equal(("curve-1", 8), (experiment, usage.Trials));
        Assert.InRange(usage.CpuTime!.Expected.TotalSeconds, 620, 660);
        Assert.InRange(usage.CpuTime.Upper.TotalSeconds, 640, 700);
        Assert.InRange(usage.WallClock!.Expected.TotalSeconds, 310, 330);
        Assert.InRange(usage.PeakMemory!.ExpectedBytes, 1000, 1080);
    }

    [Fact]
    public async Task Twice_the_epochs_and_trials_take_four_times_as_long_and_two_at_once_half_of_that()
    {
        await using var lab = new Laboratory(EightTrials);
        await lab.RunAsync();
        var spec = lab.Experiment.Spec with { Budget = lab.Experiment.Spec.Budget with { Trials = 16, Parallel = 2 } };
        var twice = spec.Training.Json.DeepClone();
        twice["epochs"] = 8;
        spec = spec with { Training = new(twice.AsObject()) };

        var usage = (await UsageOutlook.OfAsync(lab.Store, spec))!.Usage;

        Assert.InRange(usage.CpuTime!.Expected.TotalSeconds, 2480, 2640);
        Assert.InRange(usage.WallClock!.Expected.TotalSeconds, 620, 660);
    }

    [Fact]
    public async Task Another_name_another_space_and_what_has_not_ended_say_nothing()
    {
        await using var lab = new Laboratory(EightTrials);
        await lab.RunAsync();
        var spec = lab.Experiment.Spec;

        Assert.Null(await UsageOutlook.OfAsync(lab.Store, spec with { Name = "other" }));
        Assert.Null(await UsageOutlook.OfAsync(lab.Store, spec with { Space = [.. spec.Space, new Core.Space.IntParameter { Name = "more", Min = 1, Max = 3 }] }));
        await lab.Store.DeleteAsync(ArtifactPaths.Usage("curve-1"));
        Assert.Null(await UsageOutlook.OfAsync(lab.Store, spec));
    }

    [Fact]
    public async Task With_limits_the_tuner_learns_what_trials_used_and_without_it_does_not()
    {
        await using var lab = new Laboratory("""{ "limits": { "cpuTime": "PT10M" } }""");
        await lab.RunAsync();
        var limited = (await lab.Durable.ReadEntityAsync<TunerState>(WorkflowNames.Tuner("curve-1")))!;
        Assert.All(limited.Trials, trial => Assert.Equal((20, 10), (trial.Usage!.CpuTime, trial.Usage.WallClock)));
        Assert.Equal(TimeSpan.FromMinutes(10), limited.Settings.Limits!.CpuTime);

        await using var other = new Laboratory("""{ "limits": { "parameters": 1000 } }""");
        await other.RunAsync();
        var unlimited = (await other.Durable.ReadEntityAsync<TunerState>(WorkflowNames.Tuner("curve-1")))!;
        Assert.All(unlimited.Trials, trial => Assert.Null(trial.Usage));
        Assert.Null(unlimited.Settings.Limits);
    }

    [Fact]
    public async Task What_goes_with_what_is_an_artifact_of_every_ended_experiment()
    {
        await using var lab = new Laboratory(EightTrials);
        await lab.RunAsync();

        var report = (await lab.Store.ReadJsonAsync<Tuning.Insight.CorrelationReport>(ArtifactPaths.Correlations("curve-1")))!;

        Assert.Equal(8, report.Trials);
        Assert.Equal([MeasuredResource.Memory, MeasuredResource.CpuTime, MeasuredResource.WallClock, null], report.Pairs.Select(pair => pair.Resource));
        Assert.Equal(Curves.Metric, report.Pairs[3].Metric);
        // All took the same time.
        Assert.Null(report.Pairs[1].Value);
    }
}
