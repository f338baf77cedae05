using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Pareto;

namespace DurableTrainer.Tuning.Tests.Experts;

public class SeveralObjectivesTests
{
    [Fact]
    public void The_front_of_two_objectives_grows_faster_than_by_filling_the_space()
    {
        var wins = 0;
        for (var seed = 0; seed < 10; seed++)
            wins += VolumeOf(TunerAgent.Bandit, seed) > VolumeOf(TunerAgent.Sobol, seed) ? 1 : 0;

        Assert.InRange(wins, 8, 10);
    }

    /// <summary>ZDT1 (Zitzler, Deb and Thiele, Evolutionary Computation 8(2), 2000) with 3 parameters.</summary>
    private static double VolumeOf(TunerAgent agent, int seed)
    {
        var settings = Search.Cube(3, seed, agent) with { Objectives = [Search.Loss, Search.Loss with { Metric = "train.loss" }] };
        var state = Search.Run(settings, point =>
        {
            var x = Search.Coordinates(point);
            var g = 1 + 4.5 * (x[1] + x[2]);
            return [x[0], g * (1 - Math.Sqrt(x[0] / g))];
        }, 30);
        return Hypervolume.Of([.. state.Trials.Select(trial => trial.Objectives!.ToArray())], [1.1, 10]);
    }
}
