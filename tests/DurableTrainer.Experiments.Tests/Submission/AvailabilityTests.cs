using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Tests.Submission;

/// <summary>What this version cannot do is refused with the place where it was asked for.</summary>
public sealed class AvailabilityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("/quota/pool", """{ "quota": { "pool": "gpu" } }""", "there is no pool 'gpu' here; the pools are: cpu")]
    [InlineData("/training/parallel/mode", """{ "training": { "data": { "type": "csv", "path": "points.csv" }, "model": { "layers": [ { "type": "linear", "units": 2 } ] }, "loss": "crossEntropy", "parallel": { "mode": "pipeline" } } }""", "pipeline is not part of this version; possible: single, data, async, auto")]
    public void It_is_refused(string pointer, string changes, string message)
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, changes));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal(pointer, problem.Pointer);
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "tuner": { "agent": "bandit" } }""")]
    [InlineData("""{ "tuner": { "agent": "gp" } }""")]
    [InlineData("""{ "tuner": { "agent": "tpe" } }""")]
    [InlineData("""{ "tuner": { "agent": "grid" } }""")]
    [InlineData("""{ "tuner": { "agent": "random" } }""")]
    [InlineData("""{ "convergence": { "rule": "regret" } }""")]
    [InlineData("""{ "tuner": { "agent": "sobol" }, "scheduler": { "type": "asha" }, "convergence": { "rule": "plateau" } }""")]
    [InlineData("""{ "scheduler": { "type": "hyperband", "minEpochs": 2, "reduction": 2 } }""")]
    [InlineData("""{ "scheduler": { "type": "median", "minEpochs": 2, "minTrials": 3 } }""")]
    [InlineData("""{ "space": [ { "name": "x", "type": "float", "min": 0, "max": 1, "adjustable": true } ], "adaptation": { "type": "pbt" } }""")]
    [InlineData("""{ "objective": [ { "metric": "validation.accuracy" }, { "metric": "model.flops" } ] }""")]
    public void What_it_can_do_is_accepted(string changes) => Assert.Equal("curve", Curves.Prepare(folder.Path, changes).Spec.Name);

    [Fact]
    public void Everything_that_cannot_be_done_is_named_at_once()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(
            folder.Path, """{ "quota": { "pool": "gpu" }, "training": { "data": { "type": "csv", "path": "points.csv" }, "model": { "layers": [ { "type": "linear", "units": 2 } ] }, "loss": "crossEntropy", "parallel": { "mode": "pipeline" } } }"""));

        Assert.Equal(["/quota/pool", "/training/parallel/mode"], refusal.Problems.Select(problem => problem.Pointer).Order());
    }

    public void Dispose() => folder.Dispose();
}
