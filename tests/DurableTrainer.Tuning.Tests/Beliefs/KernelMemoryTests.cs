using DurableTrainer.Core.Spec;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.History;

namespace DurableTrainer.Tuning.Tests.Beliefs;

public class KernelMemoryTests
{
    private static readonly double[] Known = [0, 1, 2, 3], Fitted = [4, 5, 6, 7], Climbed = [8, 9, 10, 11];

    [Theory]
    [InlineData(128, 128, true)]
    [InlineData(128, 140, true)]
    [InlineData(128, 141, false)]
    [InlineData(1000, 1099, true)]
    [InlineData(1000, 1100, false)]
    [InlineData(127, 128, false)]
    [InlineData(200, 199, false)]
    public void A_kernel_is_fitted_again_when_there_are_a_tenth_more_observations(int then, int now, bool isTaken)
    {
        var memory = new KernelMemory(Fits(then, Known), now, dimensions: 1);

        Assert.Equal(isTaken ? Known : Fitted, memory.Of("objective/0", Fit));
        Assert.Equal(isTaken ? then : now, memory.Fits!.Observations);
        Assert.Equal(isTaken ? Known : Fitted, memory.Fits.Parameters["objective/0"]);
    }

    [Theory]
    [InlineData(64, 64, true)]
    [InlineData(64, 70, true)]
    [InlineData(64, 71, false)]
    [InlineData(63, 64, false)]
    [InlineData(120, 127, true)]
    [InlineData(120, 119, false)]
    public void Before_that_it_is_climbed_on_from_the_last_one_until_there_are_a_tenth_more(int then, int now, bool isTakenUp)
    {
        var memory = new KernelMemory(Fits(then, Known), now, dimensions: 1);

        var parameters = memory.Of("objective/0", Fit);

        Assert.Equal(isTakenUp ? Climbed : Fitted, parameters);
        Assert.Equal(isTakenUp ? then : now, memory.Fits!.Observations);
        Assert.Equal(parameters, memory.Fits.Parameters["objective/0"]);
    }

    [Fact]
    public void A_process_that_was_not_there_before_is_fitted()
    {
        var memory = new KernelMemory(Fits(200, Known), 201, dimensions: 1);

        Assert.Equal(Fitted, memory.Of("feasibility", Fit));
    }

    [Fact]
    public void What_cannot_be_a_kernel_is_not_taken()
    {
        Assert.Equal(Fitted, new KernelMemory(Fits(200, [1, 2]), 201, dimensions: 1).Of("objective/0", Fit));
        Assert.Equal(Fitted, new KernelMemory(Fits(200, [1, 2, double.NaN, 4]), 201, dimensions: 1).Of("objective/0", Fit));
    }

    [Fact]
    public void Of_a_short_search_nothing_is_remembered()
    {
        var memory = new KernelMemory(null, 63, dimensions: 1);
        memory.Of("objective/0", Fit);

        Assert.Null(memory.Fits);
    }

    [Fact]
    public void A_long_search_remembers_its_kernels_from_one_proposal_to_the_next()
    {
        var settings = Search.Cube(2, seed: 1, TunerAgent.Sobol);
        var state = Search.Run(settings, point => [Math.Pow(point["x0"].Number - 0.3, 2) + point["x1"].Number], 130);
        settings = settings with { Tuner = new TunerSpec { Agent = TunerAgent.Gp } };
        var tuner = new Tuner(settings);

        (state, _) = tuner.Propose(state with { Settings = settings }, 130);
        Assert.Equal(130, state.Kernels!.Observations);
        (state, _) = tuner.End(state, new TrialEnd(130, TrialStatus.Completed, Values: [0.5]));
        var (next, _) = tuner.Propose(state, 131);

        Assert.Equal(130, next.Kernels!.Observations);
        Assert.Same(state.Kernels!.Parameters["objective/0"], next.Kernels!.Parameters["objective/0"]);
        Assert.NotNull(new SearchHistory(settings, new UnitSpace(settings), next).Belief);
    }

    private static double[] Fit(double[]? known) => known is null ? Fitted : Climbed;

    private static KernelFits Fits(int observations, double[] parameters) =>
        new() { Observations = observations, Parameters = new Dictionary<string, double[]> { ["objective/0"] = parameters } };
}
