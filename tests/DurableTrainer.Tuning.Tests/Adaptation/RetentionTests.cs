using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace DurableTrainer.Tuning.Tests.Adaptation;

/// <summary>
/// Trials in any order, started, trained, lost and cancelled at any moment. What holds then is checked by <see cref="SimulatedTraining"/>
/// at every step: what a trial takes over is there, nothing is released twice or comes back, at most four milestones of an epoch wait,
/// the lineage trains the same model again, and points keep to the space.
/// </summary>
public class RetentionTests
{
    private static readonly Gen<(int Seed, int Trials, int Every, SchedulerSpec Scheduler, AdaptationType Type, bool IsOne)> Searches =
        from seed in Gen.Choose(0, int.MaxValue)
        from trials in Gen.Choose(2, 14)
        from every in Gen.Choose(1, 4)
        from scheduler in Gen.Elements<SchedulerSpec>(new NoSchedulerSpec(), new AshaSpec { Reduction = 2 }, new MedianSpec(), new HyperbandSpec())
        from type in Gen.Elements(AdaptationType.Pbt, AdaptationType.Pb2)
        from isOne in Gen.Elements(true, false)
        select (seed, trials, every, scheduler, type, isOne);

    [Fact]
    public void Whatever_happens_in_whatever_order_what_is_to_be_taken_over_is_there_and_little_else() =>
        Prop.ForAll(Searches.ToArbitrary(), search => Run(search.Seed, search.Trials, search.Every, search.Scheduler, search.Type, search.IsOne)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_milestone_that_is_not_among_the_best_four_is_released_when_it_is_reported()
    {
        var training = new SimulatedTraining(Settings(1, 3, new NoSchedulerSpec(), AdaptationType.Pbt, isOne: true), (_, epoch) => epoch.Trial);
        for (var trial = 0; trial < 6; trial++)
        {
            training.Start();
            training.Step(trial);
        }

        Assert.Equal([(4, 3), (5, 3)], training.Decisions.SelectMany(step => step.Decision.Released).Select(milestone => (milestone.Trial, milestone.Epoch)));
        Assert.Equal([0, 1, 2, 3], training.State.Milestones.Select(milestone => milestone.Trial));
        Assert.Equal([3], training.Decisions[0].Decision.Held.Select(milestone => milestone.Epoch));
    }

    [Fact]
    public void What_a_trial_has_taken_over_is_kept_until_it_reports_or_ends()
    {
        // Each trial is better than the one before but for the second, which takes over what soon is the fifth best.
        var training = new SimulatedTraining(Settings(1, 3, new NoSchedulerSpec(), AdaptationType.Pbt, isOne: true), (_, epoch) => epoch.Trial == 1 ? 100 : -epoch.Trial);
        for (var trial = 0; trial < 7; trial++)
        {
            training.Start();
            training.Step(trial);
        }

        Assert.Equal(0, training.Decisions[1].Decision.Adjustment!.From!.Value.Trial);
        Assert.Contains(training.State.Milestones, milestone => milestone.Trial == 0);

        training.End(1, TrialStatus.Failed);

        Assert.DoesNotContain(training.State.Milestones, milestone => milestone.Trial == 0);
    }

    private static void Run(int seed, int trials, int every, SchedulerSpec scheduler, AdaptationType type, bool isOne)
    {
        var random = new KeyedRandom(seed, "order");
        var training = new SimulatedTraining(Settings(seed, every, scheduler, type, isOne), Train, model => isOne ? [Math.Round(model, 2)] : [Math.Round(model, 2), Math.Round(model * 7 % 1, 1)]);
        while (training.State.Trials.Count < trials || training.Running.Count > 0)
        {
            var running = training.Running;
            if (training.State.Trials.Count < trials && (running.Count == 0 || random.NextDouble() < 0.3))
                training.Start();
            else if (random.NextDouble() < 0.05)
                training.End(running[random.NextInt32(running.Count)], random.NextDouble() < 0.5 ? TrialStatus.Failed : TrialStatus.Cancelled);
            else
                training.Step(running[random.NextInt32(running.Count)]);
        }
    }

    private static double Train(double model, SimulatedTraining.Epoch epoch) =>
        new KeyedRandom(3, "chance", epoch.Trial, epoch.Number).NextDouble() < 0.01 ? double.NaN
        : 0.9 * model + 0.1 * Math.Abs(epoch.Point["rate"].Number - 0.1) + 0.05 * new KeyedRandom(2, "noise", epoch.Trial, epoch.Number).NextDouble();

    private static SearchSettings Settings(long seed, int every, SchedulerSpec scheduler, AdaptationType type, bool isOne) => new()
    {
        Seed = seed,
        Objectives = isOne ? [Search.Loss] : [Search.Loss, new ObjectiveSpec { Metric = "train.loss" }],
        Space =
        [
            new FloatParameter { Name = "rate", Min = 1e-3, Max = 1, Scale = ParameterScale.Log, Adjustable = true },
            new IntParameter { Name = "width", Min = 8, Max = 64, Step = 8 },
            new IntParameter { Name = "batch", Min = 1, Max = 9, Step = 2, Adjustable = true },
            new ChoiceParameter { Name = "optimizer", Values = ["sgd", "adamw"] },
            new FloatParameter
            {
                Name = "momentum", Min = 0, Max = 0.9, Step = 0.1, Adjustable = true,
                When = new Dictionary<string, IReadOnlyList<ParameterValue>> { ["optimizer"] = ["sgd"] },
            },
            new OrdinalParameter { Name = "crop", Values = [1, 2, 4], Adjustable = true },
            new ChoiceParameter { Name = "flip", Values = [true, false], Adjustable = true },
        ],
        Constraints = ["batch * crop <= 20"],
        Tuner = new TunerSpec { Agent = TunerAgent.Random },
        Scheduler = scheduler,
        Adaptation = new AdaptationSpec { Type = type, EveryEpochs = every },
        Epochs = 12,
    };
}
