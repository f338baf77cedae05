using System.Text.Json;
using System.Text.Json.Serialization;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Agents;

/// <summary>What every agent promises, in spaces and with results of every kind.</summary>
public class AgentTests
{
    private const int Trials = 14;

    /// <summary>As a durable entity writes its state.</summary>
    private static readonly JsonSerializerOptions Durable = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static TheoryData<TunerAgent> Agents => [.. Enum.GetValues<TunerAgent>()];

    public static TheoryData<TunerAgent, string> AgentsAndSpaces => Crossed(SpacesByName.Keys);

    public static TheoryData<TunerAgent, string> AgentsAndResults => Crossed(ResultsByName.Keys);

    private static readonly Dictionary<string, (IReadOnlyList<Parameter> Space, string[] Constraints)> SpacesByName = new()
    {
        ["conditions"] = (Spaces.Tree, ["width <= 48"]),
        ["choices"] = (Spaces.Choices, []),
        ["steps"] = (Spaces.Steps, []),
        ["one parameter"] = (Search.Cube(1, 0).Space, []),
        ["25 parameters"] = (Search.Cube(25, 0).Space, []),
        ["a hard constraint"] = (Search.Cube(2, 0).Space, ["x0 * x1 > 0.85"]),
    };

    private static readonly Dictionary<string, Func<int, double, double[]?>> ResultsByName = new()
    {
        ["constant"] = (_, _) => [7],
        ["all fail"] = (_, _) => null,
        ["all diverge"] = (_, _) => [double.NaN],
        ["every other one diverges"] = (trial, loss) => [trial % 2 == 0 ? loss : double.PositiveInfinity],
        ["as far apart as numbers are"] = (trial, loss) => [trial % 3 == 0 ? -double.MaxValue : trial % 3 == 1 ? double.MaxValue : loss],
        ["1e300"] = (trial, loss) => [trial % 3 == 0 ? -1e300 : trial % 3 == 1 ? 1e300 : loss],
        ["1e-300"] = (_, loss) => [1e-300 * loss],
        ["nearly all identical"] = (trial, _) => [trial == 3 ? 1 : 2],
        ["huge noise"] = (trial, loss) => [loss + 1e6 * new KeyedRandom(trial, "noise").NextGaussian()],
    };

    [Theory]
    [MemberData(nameof(AgentsAndSpaces))]
    public void Every_proposal_is_a_new_point_of_the_space_that_keeps_the_constraints(TunerAgent agent, string name)
    {
        var (parameters, constraints) = SpacesByName[name];
        var space = new SearchSpace(parameters, constraints);
        var settings = Settings(agent) with { Space = parameters, Constraints = constraints };

        var points = Search.PointsOf(Search.Run(settings, point => [Spaces.Loss(space, point)], Trials));

        // A grid of as many points as the budget has trials need not have so many that keep a hard constraint.
        Assert.InRange(points.Count, agent == TunerAgent.Grid && name == "a hard constraint" ? 0 : Trials, Trials);
        Assert.All(points, point => Assert.Empty(space.Problems(point)));
        Assert.Equal(points.Count, points.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(AgentsAndResults))]
    public void Whatever_trials_result_in_the_search_goes_on(TunerAgent agent, string name)
    {
        var settings = Settings(agent) with { Space = Spaces.Tree };
        var (space, trial) = (new SearchSpace(settings.Space, []), 0);

        var state = Search.Run(settings, point => ResultsByName[name](trial++, Spaces.Loss(space, point)), Trials);

        Assert.Equal(Trials, Search.PointsOf(state).Distinct().Count());
        Assert.DoesNotContain("NaN", JsonSerializer.Serialize(state.Bandit, SpecJson.Options), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void A_space_of_twelve_points_is_tried_out_after_twelve_and_then_there_is_none(TunerAgent agent)
    {
        var settings = Settings(agent) with { Space = Spaces.Twelve };
        var (space, tuner) = (new SearchSpace(settings.Space, []), new Tuner(settings));

        var state = Search.Run(settings, point => [Spaces.Loss(space, point)], 20);

        Assert.Equal(12, Search.PointsOf(state).Distinct().Count());
        Assert.Equal(12, state.Trials.Count);
        Assert.Null(tuner.Propose(state, 12).Proposal.Point);
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void Twenty_trials_at_once_are_all_different_and_so_are_those_after_their_results(TunerAgent agent)
    {
        var settings = Settings(agent) with { Space = Spaces.Tree };
        var (space, tuner) = (new SearchSpace(settings.Space, []), new Tuner(settings));
        var state = Propose(tuner, tuner.Start(), 20);

        foreach (var (trial, point) in Search.PointsOf(state).Index())
            (state, _) = tuner.End(state, new TrialEnd(trial, trial % 5 == 4 ? TrialStatus.Cancelled : TrialStatus.Completed, Values: [Spaces.Loss(space, point)]));
        state = Propose(tuner, state, 3);

        Assert.Equal(23, Search.PointsOf(state).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void The_same_seed_gives_the_same_search_also_from_a_state_that_was_written_and_read(TunerAgent agent)
    {
        var settings = Settings(agent) with { Space = Spaces.Tree };
        var (space, tuner) = (new SearchSpace(settings.Space, []), new Tuner(settings));
        var state = Search.Run(settings, point => [Spaces.Loss(space, point)], 9);
        var again = Search.Run(settings, point => [Spaces.Loss(space, point)], 9);

        Assert.Equal(Search.PointsOf(state), Search.PointsOf(again));
        var (after, proposal) = tuner.Propose(state, 9);
        foreach (var options in new[] { SpecJson.Options, Durable })
        {
            var read = JsonSerializer.Deserialize<TunerState>(JsonSerializer.Serialize(state, options), options)!;
            var (readAfter, readProposal) = new Tuner(read.Settings).Propose(read, 9);
            Assert.Equal(proposal, readProposal);
            Assert.Equal(JsonSerializer.Serialize(after, options), JsonSerializer.Serialize(readAfter, options));
        }

        var (same, second) = tuner.Propose(after, 9);
        Assert.Equal(proposal, second);
        Assert.Same(after, same);
    }

    [Theory]
    [InlineData(TunerAgent.Tpe)]
    [InlineData(TunerAgent.Gp)]
    [InlineData(TunerAgent.Bandit)]
    public void Learners_fill_the_space_first_and_find_more_than_that_does(TunerAgent agent)
    {
        double Reached(TunerAgent agent) => Search.Median(Enumerable.Range(0, 5).Select(seed => Search.Lowest(Search.Run(
            Search.Cube(3, seed, agent), point => [Search.Coordinates(point).Sum(x => (x - 0.37) * (x - 0.37))], 25))));

        var filling = Search.PointsOf(Search.Run(Search.Cube(3, 0, TunerAgent.Sobol), _ => [0], 10));
        Assert.Equal(filling, Search.PointsOf(Search.Run(Search.Cube(3, 0, agent), point => [point["x0"].Number], 10)));
        Assert.InRange(Reached(agent), 0, Reached(TunerAgent.Sobol));
    }

    [Theory]
    [InlineData(TunerAgent.Gp)]
    [InlineData(TunerAgent.Bandit)]
    public void Without_a_start_learners_find_their_way_from_nothing(TunerAgent agent)
    {
        var settings = Search.Cube(2, 3) with { Tuner = new TunerSpec { Agent = agent, Startup = 0 } };
        var tuner = new Tuner(settings);
        // Two at once, so that the first result of all settles a wager.
        var state = Propose(tuner, tuner.Start(), 2);
        (state, _) = tuner.End(state, new TrialEnd(0, TrialStatus.Completed, Values: [1]));
        (state, _) = tuner.End(state, new TrialEnd(1, TrialStatus.Completed, Values: [2]));

        state = Propose(tuner, state, 4);

        Assert.Equal(6, Search.PointsOf(state).Distinct().Count());
        Assert.All(state.Bandit?.Experts ?? [], expert => Assert.All([expert.Earned, .. expert.Weighted], value => Assert.True(double.IsFinite(value))));
    }

    private static SearchSettings Settings(TunerAgent agent) =>
        Search.Cube(1, 42) with { Tuner = new TunerSpec { Agent = agent, Startup = 5 }, Trials = agent == TunerAgent.Grid ? 100 : null };

    private static TunerState Propose(Tuner tuner, TunerState state, int count)
    {
        for (var i = 0; i < count; i++)
            state = tuner.Propose(state, state.Trials.Count).State;
        return state;
    }

    private static TheoryData<TunerAgent, string> Crossed(IEnumerable<string> names)
    {
        var data = new TheoryData<TunerAgent, string>();
        foreach (var name in names)
        {
            foreach (var agent in Enum.GetValues<TunerAgent>())
                data.Add(agent, name);
        }

        return data;
    }
}
