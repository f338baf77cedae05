using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;

namespace DurableTrainer.Experiments.Tests.Submission;

public sealed class ParallelForecastTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("""{ "mode": "data", "units": 3 }""", "data")]
    [InlineData("\"auto\"", "auto")]
    public async Task A_plan_says_how_quick_units_are_expected_to_be(string parallel, string mode)
    {
        var plan = (await PlanAsync(parallel)).Parallel!;

        Assert.Equal((mode, null), (plan.Mode, plan.Problem));
        Assert.Equal(plan.Data!.Batch, plan.Data.Units.Shards.Sum());
        Assert.Equal(5, plan.Data.Scaled.Count);
        Assert.All(plan.Data.Scaled, step => Assert.True(step.StepSeconds > 0, $"{step}"));
    }

    [Fact]
    public async Task A_plan_says_why_units_cannot_train_the_model()
    {
        var plan = (await PlanAsync("""{ "mode": "data", "units": [{ "memory": 1 }] }""")).Parallel!;

        Assert.Null(plan.Data);
        Assert.StartsWith("/parallel/units/0/memory: ", plan.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_one_processor_trains_a_plan_says_nothing_of_units() => Assert.Null((await PlanAsync("\"single\"")).Parallel);

    public void Dispose() => folder.Dispose();

    private Task<ExperimentForecast> PlanAsync(string parallel)
    {
        var experiment = Curves.Prepare(folder.Path, $$"""
            { "training": { "data": { "type": "csv", "path": "points.csv" }, "loss": "crossEntropy", "model": { "layers": [ { "type": "linear", "units": 16 } ] },
                "parallel": {{parallel}} } }
            """);
        return ExperimentForecast.OfAsync(experiment, new FolderStore(folder.At("store")));
    }
}
