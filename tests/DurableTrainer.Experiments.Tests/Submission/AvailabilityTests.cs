using DurableTrainer.Core.Spec;

namespace DurableTrainer.Experiments.Tests.Submission;

/// <summary>What this version cannot do is refused with the place where it was asked for.</summary>
public sealed class AvailabilityTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_pool_that_is_not_here_is_refused()
    {
        var refusal = Assert.Throws<SpecException>(() => Curves.Prepare(folder.Path, """{ "quota": { "pool": "gpu" } }"""));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("/quota/pool", problem.Pointer);
        Assert.Contains("there is no pool 'gpu' here; the pools are: cpu", problem.Message, StringComparison.Ordinal);
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

    public void Dispose() => folder.Dispose();
}
