using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Adaptation;

public class AdaptationGainTests
{
    private const int Seeds = 9;

    [Fact]
    public void Where_the_best_learning_rate_falls_adapting_it_beats_the_same_search_without()
    {
        var (none, pbt, pb2) = (Median(null), Median(AdaptationType.Pbt), Median(AdaptationType.Pb2));

        Assert.True(pbt < 0.8 * none, $"pbt {pbt}, none {none}");
        Assert.True(pb2 < 0.5 * none, $"pb2 {pb2}, none {none}");
    }

    private static double Median(AdaptationType? type) => Search.Median(Enumerable.Range(0, Seeds).Select(seed =>
        new SimulatedTraining(FallingRate.Settings(seed, type, everyEpochs: 1), FallingRate.Train).Run(trials: 16, parallel: 16).Models.Values.Min()));
}
