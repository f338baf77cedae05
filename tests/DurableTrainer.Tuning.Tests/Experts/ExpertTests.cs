using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Experts;
using DurableTrainer.Tuning.Experts.Gaussian;
using DurableTrainer.Tuning.Experts.Parzen;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Tests.Models;

namespace DurableTrainer.Tuning.Tests.Experts;

public class ExpertTests
{
    private static readonly Expert[] Experts = [GaussianExpert.Believer(), GaussianExpert.Sceptic(), new ParzenExpert(), new Neighbourhood(), new SpaceFilling()];

    public static TheoryData<string> Names => [.. Experts.Select(expert => expert.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_has_an_open_point_and_a_share_from_0_to_1_in_any_other(string name)
    {
        var expert = Experts.Single(expert => expert.Name == name);
        foreach (var parameters in new[] { Spaces.Tree, Spaces.Choices, Spaces.Steps, Search.Cube(200, 0).Space })
        {
            var history = History(parameters, 12);

            var opinion = expert.Of(history, new KeyedRandom(1, "expert"))!;

            Assert.True(history.IsOpen(opinion.Unit!));
            Assert.Empty(history.Space.Inner.Problems(history.Space.PointAt(opinion.Unit!)));
            if (name != "neighbourhood")
                Assert.Equal(1, opinion.Share(opinion.Unit!), 1e-9);
            var random = new KeyedRandom(2, "others");
            foreach (var other in history.Observations.Select(observation => Moves.Step(history.Space, observation.Unit, [0, 1], 0.3, random)))
                Assert.InRange(opinion.Share(other), 0, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void With_nothing_to_go_by_only_the_space_is_filled(string name)
    {
        var opinion = Experts.Single(expert => expert.Name == name).Of(History(Spaces.Tree, 0), new KeyedRandom(1, "expert"));

        Assert.Equal(name == "space-filling", opinion is not null);
    }

    [Fact]
    public void The_slopes_of_expected_improvement_agree_with_differences_and_are_0_where_nothing_can_move()
    {
        var history = History(Spaces.Tree, 15, failEvery: 4);
        var acquisition = Acquisition.Of(history)!;
        foreach (var observation in history.Observations)
        {
            var at = Moves.Step(history.Space, observation.Unit, [1, 3, 4, 5], 0.05, new KeyedRandom(3, "step"));
            var gradient = new double[at.Length];

            Assert.Equal(acquisition.At(at), acquisition.At(at, gradient), 1e-9);

            int[] ordered = [.. Enumerable.Range(0, at.Length).Where(i => !history.Space.IsChoice[i] && !double.IsNaN(at[i]))];
            var differences = Differences.Of(unit => acquisition.At(unit), at);
            Differences.AssertNear([.. ordered.Select(i => differences[i])], [.. ordered.Select(i => gradient[i])], 1e-3);
            Assert.All(Enumerable.Range(0, at.Length).Except(ordered), i => Assert.Equal(0, gradient[i]));
        }
    }

    [Fact]
    public void What_breaks_a_constraint_is_not_worth_anything()
    {
        var settings = Search.Cube(2, 1, TunerAgent.Sobol) with { Constraints = ["x0 < 0.5"] };
        var state = Search.Run(settings, point => [Search.Coordinates(point).Sum()], 8);

        var acquisition = Acquisition.Of(new SearchHistory(settings, new UnitSpace(settings), state))!;

        Assert.Equal(double.NegativeInfinity, acquisition.At([0.7, 0.2]));
        Assert.Equal(double.NegativeInfinity, acquisition.At([0.7, 0.2], new double[2]));
        Assert.True(double.IsFinite(acquisition.At([0.3, 0.2])));
    }

    private static SearchHistory History(IReadOnlyList<Parameter> parameters, int trials, int failEvery = int.MaxValue)
    {
        var settings = Search.Cube(1, 5, TunerAgent.Sobol) with { Space = parameters };
        var (space, trial) = (new UnitSpace(settings), 0);
        var state = Search.Run(settings, point => ++trial % failEvery == 0 ? null : [Spaces.Loss(space.Inner, point)], trials);
        return new SearchHistory(settings, space, state);
    }
}
