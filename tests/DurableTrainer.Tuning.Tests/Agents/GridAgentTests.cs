using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Agents;

public class GridAgentTests
{
    [Fact]
    public void It_tries_every_point_of_the_smallest_grid_that_fills_the_budget_and_no_other()
    {
        var settings = Search.Cube(2, 5, TunerAgent.Grid) with
        {
            Space = [new FloatParameter { Name = "x", Min = 0, Max = 1 }, new FloatParameter { Name = "y", Min = 0, Max = 1 }, new ChoiceParameter { Name = "c", Values = ["a", "b"] }],
            Trials = 30,
        };

        var points = Search.PointsOf(Search.Run(settings, _ => [0], 100));

        // 3 · 3 · 2 is less than the budget, 4 · 4 · 2 is not.
        double[] values = [0.125, 0.375, 0.625, 0.875];
        var grid = from x in values from y in values from c in (string[])["a", "b"] select (x, y, c);
        Assert.Equal(grid.Order(), points.Select(point => (point["x"].Number, point["y"].Number, point["c"].ToString())).Order());
    }

    [Fact]
    public void Half_of_it_covers_every_value()
    {
        var points = Search.PointsOf(Search.Run(Search.Cube(2, 5, TunerAgent.Grid) with { Trials = 36 }, _ => [0], 18));

        foreach (var name in new[] { "x0", "x1" })
            Assert.Equal(6, points.Select(point => point[name].Number).Distinct().Count());
    }
}
