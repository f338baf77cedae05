using System.Xml.Linq;
using DurableTrainer.Bench.Tuner;
using DurableTrainer.Bench.Tuner.Pictures;
using DurableTrainer.Bench.Tuner.Tasks;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Bench.Tests.Tuner.Pictures;

public class PictureTests
{
    private static readonly TunerSettings Settings = new()
    {
        Tasks = [TaskSet.Reference.Tasks[0], .. TaskSet.Own.Tasks.Where(task => task.Name is "failing4" or "choices7")],
        Agents = [TunerAgent.Random, TunerAgent.Sobol],
        Seeds = 3,
        Trials = 25,
    };

    [Fact]
    public async Task Regret_falls_in_a_chart_for_each_task_with_the_names_of_all_sides()
    {
        var runs = await RunsAsync();

        var picture = new RegretPicture(Settings, TaskSet.Reference, runs).Draw();
        var own = new RegretPicture(Settings, TaskSet.Own, runs).Draw();

        Assert.Equal(
            ["random", "sobol", "optuna-tpe", "optuna-gp", "optuna-random", "branin", "25 trials"],
            Texts(picture).Where(text => text.Length > 1 && text.Any(char.IsLetter) && !text.Contains("e-", StringComparison.Ordinal)));
        Assert.Equal(["choices7", "failing4"], Texts(own).Where(text => text.EndsWith('7') || text.EndsWith('4')).Order());
        Assert.DoesNotContain("optuna", own, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", picture, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_searches_make_the_same_picture_whatever_failed()
    {
        var runs = await RunsAsync();

        var first = new RegretPicture(Settings, TaskSet.Own, runs).Draw();
        var second = new RegretPicture(Settings, TaskSet.Own, await RunsAsync()).Draw();

        Assert.Equal(first, second);
        Assert.DoesNotContain("NaN", first, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", first, StringComparison.Ordinal);
    }

    [Fact]
    public void Origins_are_shares_that_fill_the_chart()
    {
        // The first ten trials of every search are Sobol's, the rest those of a Gaussian process.
        string[] origins = [.. Enumerable.Range(0, 25).Select(trial => trial < 10 ? "bandit/sobol" : "bandit/gp")];
        var settings = Settings with { Agents = [TunerAgent.Bandit], Tasks = [TaskSet.Reference.Tasks[0]] };
        var runs = Enumerable.Range(0, 3).Select(seed =>
            new SearchRun(new SearchPlan(settings.Tasks[0], TunerAgent.Bandit, seed, 25, 1), new double[25], 0, origins));

        var picture = new OriginPicture(settings, [.. runs]).Draw();

        Assert.Equal(["gp", "sobol"], Texts(picture).Where(text => text is "gp" or "sobol"));
        // Two in the legend, two in the chart.
        Assert.Equal(4, Shapes(picture).Count(shape => shape.EndsWith('Z')));
    }

    [Fact]
    public async Task A_map_has_a_dot_for_every_trial_twice_and_numbers_the_first_ones()
    {
        var picture = new MapPicture(Settings, await RunsAsync()).Draw()!;

        // 25 trials, and one dot in the legend.
        Assert.Equal(2 * 25 + 1, Dots(picture).Count());
        Assert.Superset(Enumerable.Range(1, 10).Select(number => $"{number}").ToHashSet(), Texts(picture).ToHashSet());
        Assert.Contains("random", Texts(picture));
        Assert.True(picture.Length < 100_000);
        Assert.Equal(picture, new MapPicture(Settings, await RunsAsync()).Draw());
    }

    [Fact]
    public async Task Without_a_search_in_two_dimensions_there_is_no_map()
    {
        var runs = await RunsAsync();

        Assert.Null(new MapPicture(Settings, [.. runs.Where(run => run.Plan.Task.Name != "branin")]).Draw());
    }

    [Fact]
    public void A_line_loses_the_points_that_nobody_would_miss()
    {
        var steps = Enumerable.Range(0, 61).Select(i => ((double)i, i < 30 ? 5.0 : 1)).ToArray();

        Assert.Equal([(0, 5), (29, 5), (30, 1), (60, 1)], Outline.Thinned(steps, 0.15));
        Assert.Equal([(0, 0), (1, 1), (0, 0)], Outline.Thinned([(0, 0), (1, 1), (0, 0)], 0.15));
        Assert.Equal([(2, 2)], Outline.Thinned([(2, 2)], 0.15));
    }

    [Fact]
    public void Lines_of_equal_height_lie_where_the_height_is()
    {
        var contours = Contours.Of(40, (x, y) => x * x + y * y);

        var pieces = contours.At(0.25).ToList();

        Assert.All(pieces.SelectMany(piece => new[] { piece.From, piece.To }), end => Assert.Equal(0.5, Math.Sqrt(end.X * end.X + end.Y * end.Y), 0.001));
        // A quarter of a circle.
        var length = pieces.Sum(piece => Math.Sqrt(Math.Pow(piece.To.X - piece.From.X, 2) + Math.Pow(piece.To.Y - piece.From.Y, 2)));
        Assert.Equal(Math.PI / 4, length, 0.001);
        Assert.Empty(contours.At(3));
    }

    [Fact]
    public void A_belief_goes_through_what_was_seen_and_expects_nothing_there()
    {
        var belief = new ExampleBelief([0.1, 0.5, 0.8], [1, -1, 0.3]);

        Assert.Equal(-1, belief.At(0.5).Mean, 0.001);
        Assert.Equal(0, belief.At(0.5).Deviation, 0.01);
        Assert.True(belief.ExpectedImprovement(0.5) < 0.01 * belief.ExpectedImprovement(0.35));
        // Far from everything: what was believed before.
        Assert.Equal((0, 1), (Math.Round(belief.At(9).Mean, 6), Math.Round(belief.At(9).Deviation, 6)));
        Assert.Equal(BeliefPicture.Draw(), BeliefPicture.Draw());
    }

    [Theory]
    [InlineData(new[] { 0.002, 50 }, new[] { 0.01, 0.1, 1, 10 })]
    [InlineData(new[] { 3.0, 30 }, new[] { 5.0, 10, 20 })]
    [InlineData(new[] { 0.0, double.PositiveInfinity }, new[] { 0.1, 1 })]
    public void An_axis_is_marked_at_round_numbers(double[] values, double[] ticks) =>
        Assert.Equal(ticks, LogarithmicAxis.Over(values).Ticks().Select(tick => Math.Round(tick, 6)));

    [Fact]
    public void An_axis_shows_five_decades_and_draws_what_is_below_at_the_bottom()
    {
        var axis = LogarithmicAxis.Over([1e-20, 1, 100]);

        Assert.Equal((0, 1), (axis.Of(0), axis.Of(double.PositiveInfinity)));
        Assert.Equal(0.6, axis.Of(1), 9);
    }

    [Fact]
    public void Nothing_lies_below_the_least_of_what_is_something()
    {
        var axis = LogarithmicAxis.Over([0, 1, 10]);

        Assert.True(axis.Of(0) < axis.Of(1) - 0.1);
    }

    private static async Task<IReadOnlyList<SearchRun>> RunsAsync() => await Tournament.RunAsync(Settings, _ => { }, CancellationToken.None);

    private static IEnumerable<string> Texts(string picture) =>
        XDocument.Parse(picture).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value);

    private static IEnumerable<XElement> Dots(string picture) =>
        XDocument.Parse(picture).Descendants().Where(element => element.Name.LocalName == "circle");

    private static IEnumerable<string> Shapes(string picture) =>
        XDocument.Parse(picture).Descendants().Where(element => element.Name.LocalName == "path").Select(element => element.Attribute("d")!.Value);
}
