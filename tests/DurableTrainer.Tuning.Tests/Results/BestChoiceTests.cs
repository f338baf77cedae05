using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Results;

public class BestChoiceTests
{
    private const double Pi = Math.PI;

    private static readonly Dictionary<string, (int Dimensions, double Range, Func<double[], double> Of)> Functions = new()
    {
        ["bowl"] = (3, 2.0, x => x.Sum(coordinate => 2 * (coordinate - 0.3) * (coordinate - 0.3))),
        ["branin"] = (2, 300, x => Branin(15 * x[0] - 5, 15 * x[1])),
    };

    [Theory]
    [InlineData("bowl")]
    [InlineData("branin")]
    public void Where_values_are_noisy_it_is_truly_better_more_often_than_the_luckiest(string name)
    {
        var (dimensions, range, function) = Functions[name];
        var (better, worse) = (0, 0);
        for (var seed = 0; seed < 30; seed++)
        {
            var noise = new KeyedRandom(seed, "noise");
            var settings = Search.Cube(dimensions, seed, TunerAgent.Tpe);
            var state = Search.Run(settings, point => [function(Search.Coordinates(point)) + 0.1 * range * noise.NextGaussian()], 40);
            double True(int trial) => function(Search.Coordinates(Search.PointsOf(state)[trial]));
            var luckiest = Enumerable.Range(0, 40).MinBy(trial => state.Trials[trial].Objectives![0]);

            var best = new Tuner(settings).Best(state)!;

            Assert.Equal(best.IsBelieved, best.Trial != luckiest);
            Assert.Equal(state.Trials[best.Trial].Objectives, best.Values);
            better += True(best.Trial) < True(luckiest) ? 1 : 0;
            worse += True(best.Trial) > True(luckiest) ? 1 : 0;
        }

        Assert.True(better > worse, $"better {better} times, worse {worse} times");
    }

    [Theory]
    [InlineData("bowl")]
    [InlineData("branin")]
    public void Where_values_are_exact_it_is_the_best_seen(string name)
    {
        var (dimensions, _, function) = Functions[name];
        for (var seed = 0; seed < 3; seed++)
        {
            foreach (var agent in new[] { TunerAgent.Sobol, TunerAgent.Tpe, TunerAgent.Bandit })
            {
                var settings = Search.Cube(dimensions, seed, agent);
                var state = Search.Run(settings, point => [function(Search.Coordinates(point))], 25);

                var best = new Tuner(settings).Best(state)!;

                Assert.False(best.IsBelieved);
                Assert.Equal(Search.Lowest(state), best.Values[0]);
            }
        }
    }

    [Fact]
    public void Values_of_fewer_epochs_are_no_noise()
    {
        var (dimensions, range, function) = Functions["bowl"];
        var noisy = Enumerable.Range(0, 10).Select(seed =>
        {
            var (settings, noise) = (Search.Cube(dimensions, seed, TunerAgent.Tpe), new KeyedRandom(seed, "noise"));
            return Search.Run(settings, point => [function(Search.Coordinates(point)) + 0.1 * range * noise.NextGaussian()], 40);
        });
        var state = noisy.First(state => new Tuner(state.Settings).Best(state)!.IsBelieved);
        var stopped = state with { Trials = [.. state.Trials.Select((trial, i) => i == 7 ? trial with { Status = TrialStatus.Stopped } : trial)] };

        var best = new Tuner(state.Settings).Best(stopped)!;

        Assert.Equal((Search.Lowest(stopped), false), (best.Values[0], best.IsBelieved));
    }

    [Fact]
    public void With_several_objectives_it_is_the_best_of_the_front_in_the_first()
    {
        var settings = Search.Cube(1, 1) with { Objectives = [new ObjectiveSpec { Metric = "validation.accuracy" }, Search.Loss] };
        var state = Search.Told(settings, [(At(0.1), [0.5, 0.1]), (At(0.2), [0.9, 0.6]), (At(0.3), [0.9, 0.5]), (At(0.4), [0.8, 0.2]), (At(0.5), null)]);

        var best = new Tuner(settings).Best(state)!;

        Assert.Equal((2, false), (best.Trial, best.IsBelieved));
    }

    [Fact]
    public void While_nothing_has_ended_with_a_value_there_is_none()
    {
        var settings = Search.Cube(1, 1);
        Assert.Null(new Tuner(settings).Best(new Tuner(settings).Start()));
        Assert.Null(new Tuner(settings).Best(Search.Told(settings, [(At(0.1), null), (At(0.2), [double.NaN])])));
        Assert.Equal(1, new Tuner(settings).Best(Search.Told(settings, [(At(0.1), null), (At(0.2), [3])]))!.Trial);
    }

    private static Point At(double x) => new([new("x0", x)]);

    private static double Branin(double x, double y) =>
        Math.Pow(y - 5.1 / (4 * Pi * Pi) * x * x + 5 / Pi * x - 6, 2) + 10 * (1 - 1 / (8 * Pi)) * Math.Cos(x) + 10;
}
