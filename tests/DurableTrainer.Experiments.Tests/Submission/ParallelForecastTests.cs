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
    public async Task A_plan_says_what_a_pipeline_is_expected_to_do()
    {
        var plan = (await PlanAsync("""{ "mode": "pipeline", "microBatches": 2 }""", """{ "type": "linear", "units": 16 }, "relu", { "type": "linear", "units": 2 }""")).Parallel!;

        Assert.Equal(("pipeline", null, null), (plan.Mode, plan.Data, plan.Problem));
        Assert.Equal(2, plan.Pipeline!.Units.Count);
        Assert.Equal(2, plan.Pipeline.Timeline.MicroBatches);
        Assert.True(plan.Pipeline.Expected.Seconds > 0, $"{plan.Pipeline.Expected}");
    }

    [Theory]
    [InlineData("""{ "mode": "pipeline", "units": [{ "memory": 1 }, {}] }""", """{ "type": "linear", "units": 16 }, { "type": "linear", "units": 2 }""", "/parallel/units/0/memory: stage ")]
    [InlineData("\"pipeline\"", """{ "type": "linear", "units": 10000000 }, { "type": "linear", "units": 2 }""", "a step of this model takes too long to try it out here")]
    public async Task A_plan_says_why_nothing_is_foretold_of_a_pipeline(string parallel, string layers, string why)
    {
        var plan = (await PlanAsync(parallel, layers)).Parallel!;

        Assert.Null(plan.Pipeline);
        Assert.StartsWith(why, plan.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_one_processor_trains_a_plan_says_nothing_of_units() => Assert.Null((await PlanAsync("\"single\"")).Parallel);

    public void Dispose() => folder.Dispose();

    private Task<ExperimentForecast> PlanAsync(string parallel, string layers = """{ "type": "linear", "units": 16 }""")
    {
        var experiment = Curves.Prepare(folder.Path, $$"""
            { "training": { "data": { "type": "csv", "path": "points.csv" }, "loss": "crossEntropy", "model": { "layers": [ {{layers}} ] },
                "parallel": {{parallel}} } }
            """);
        return ExperimentForecast.OfAsync(experiment, new FolderStore(folder.At("store")));
    }
}
