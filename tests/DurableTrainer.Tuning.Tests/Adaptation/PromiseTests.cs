using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;

namespace DurableTrainer.Tuning.Tests.Adaptation;

public class PromiseTests
{
    [Fact]
    public void A_trial_promises_by_how_many_it_is_no_worse_than_and_what_it_gained_last()
    {
        var tuner = new Tuner(Search.Cube(1, 1) with { Scheduler = new AshaSpec { MinEpochs = 2, Reduction = 2 }, Epochs = 16 });
        var state = Started(tuner, 5);
        var promises = new List<Promise?>();
        foreach (var (trial, slice, loss) in new[] { (0, 0, 4.0), (1, 0, 3), (2, 0, 3), (1, 1, 2), (0, 1, 1.5) })
        {
            (state, var decision) = tuner.Report(state, new TrialReport(trial, slice, slice == 0 ? 2 : 4, [loss]));
            promises.Add(decision.Promise);
        }

        // Nobody had come as far; better than the other; like one and better than another; alone at epoch 4; then better than that one.
        Assert.Equal([null, new Promise(1, 0), new Promise(1, 0), null, new Promise(1, 1.25)], promises);
    }

    [Fact]
    public void Who_took_over_a_model_promises_what_that_does()
    {
        var tuner = new Tuner(FallingRate.Settings(1, AdaptationType.Pbt));
        var state = Started(tuner, 3);
        foreach (var (trial, loss) in new[] { (0, 9.0), (1, 8), (2, 7) })
            (state, _) = tuner.Report(state, new TrialReport(trial, 0, 3, [loss]));
        (state, _) = tuner.Report(state, new TrialReport(0, 1, 6, [3]));

        (state, var taken) = tuner.Report(state, new TrialReport(1, 1, 6, [4]));
        (_, var next) = tuner.Report(tuner.Report(state, new TrialReport(0, 2, 9, [2])).State, new TrialReport(1, 2, 9, [1.5]));

        Assert.Equal(0, taken.Adjustment!.From!.Value.Trial);
        Assert.Equal(new Promise(1, 2), taken.Promise);
        Assert.Equal(new Promise(1, 0.5), next.Promise);
    }

    private static TunerState Started(Tuner tuner, int trials)
    {
        var state = tuner.Start();
        for (var trial = 0; trial < trials; trial++)
            (state, _) = tuner.Propose(state, trial);
        return state;
    }
}
