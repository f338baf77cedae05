using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Tests.Models;

namespace DurableTrainer.Tuning.Tests.Beliefs;

public class FeasibilityTests
{
    [Fact]
    public void Points_near_failures_are_unlikely_with_slopes_that_differences_confirm()
    {
        var settings = Search.Cube(2, 1);
        var state = Search.Run(settings with { Tuner = new TunerSpec { Agent = TunerAgent.Sobol } }, Loss, 30);
        var feasibility = Feasibility.Of(new SearchHistory(settings, new UnitSpace(settings), state), 128, new KernelMemory(null, 0, 2))!;

        Assert.True(feasibility.LogProbability([0.2, 0.5]) > Math.Log(0.8));
        Assert.True(feasibility.LogProbability([0.9, 0.5]) < Math.Log(0.2));
        double[] at = [0.55, 0.4], gradient = [1, 1];
        Assert.Equal(1, feasibility.LogProbability(at) / feasibility.LogProbability(at, gradient), 1e-11);
        Differences.AssertNear([.. Differences.Of(unit => feasibility.LogProbability(unit), at).Select(slope => slope + 1)], gradient);
    }

    [Fact]
    public void Without_a_failure_or_with_nothing_else_there_is_nothing_to_tell()
    {
        var settings = Search.Cube(2, 1, TunerAgent.Sobol);
        Assert.Null(Feasibility.Of(new SearchHistory(settings, new UnitSpace(settings), Search.Run(settings, _ => [1], 5)), 128, new KernelMemory(null, 0, 2)));
        Assert.Null(Feasibility.Of(new SearchHistory(settings, new UnitSpace(settings), Search.Run(settings, _ => null, 5)), 128, new KernelMemory(null, 0, 2)));
    }

    [Fact]
    public void Where_half_of_the_space_fails_beside_the_best_point_failures_become_fewer()
    {
        var (early, late, filling) = (0, 0, 0);
        for (var seed = 0; seed < 4; seed++)
        {
            var state = Search.Run(Search.Cube(2, seed), Loss, 40);
            early += Failures(state.Trials.Take(20));
            late += Failures(state.Trials.Skip(20));
            filling += Failures(Search.Run(Search.Cube(2, seed, TunerAgent.Sobol), Loss, 40).Trials);
            Assert.InRange(Search.Lowest(state), 0, 1e-3);
        }

        Assert.True(late < early && early + late < filling, $"{early} and {late} of 80, {filling} without learning");
    }

    private static int Failures(IEnumerable<TrialRecord> trials) => trials.Count(trial => trial.Status == TrialStatus.Failed);

    /// <summary>Where x0 is above 0.5, it fails; it is best shortly before.</summary>
    private static double[]? Loss(Point point) =>
        Search.Coordinates(point) is [var x, var y] && x <= 0.5 ? [(x - 0.45) * (x - 0.45) + (y - 0.3) * (y - 0.3)] : null;
}
