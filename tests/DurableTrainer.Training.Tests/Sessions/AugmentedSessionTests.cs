using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

public class AugmentedSessionTests
{
    private static readonly TrainingSpec Spec = Digits.Perceptron with
    {
        Augment = [new RandomCropSpec { Padding = 1 }, new NoiseSpec { Deviation = 0.1 }],
    };

    [Fact]
    public void A_trial_ends_at_the_same_bits_with_any_number_of_workers_and_however_often_it_is_resumed()
    {
        using var whole = Session(Spec with { Input = new InputSpec { Workers = 1 } });
        whole.RunEpoch();
        var middle = whole.Capture().Write();
        whole.RunEpoch();

        foreach (var input in (InputSpec[])[new(), new() { Workers = 5, Memory = new(1) }])
        {
            using var resumed = Session(Spec with { Input = input });
            resumed.Restore(Checkpoint.Read(middle));
            resumed.UseThreads(2);
            resumed.RunEpoch();
            Assert.Equal(whole.Capture().Write(), resumed.Capture().Write());
        }
    }

    [Fact]
    public void Only_training_samples_are_changed()
    {
        // Whatever it is trained with, an epoch whose rate is nearly nothing leaves the model as it began.
        var still = new SgdSpec { LearningRate = 1e-30 };
        using var plain = Session(Digits.Perceptron with { Optimizer = still });
        using var augmented = Session(Spec with { Optimizer = still });

        var (one, other) = (plain.RunEpoch().Metrics, augmented.RunEpoch().Metrics);

        Assert.Equal(one["validation.loss"], other["validation.loss"]);
        Assert.NotEqual(one["train.loss"], other["train.loss"]);
    }

    [Fact]
    public void An_epoch_that_is_stopped_leaves_the_session_as_it_was()
    {
        using var session = Session(Spec);
        var before = session.Capture().Write();

        Assert.Equal(EpochOutcome.Stopped, session.RunEpoch(new CancellationToken(canceled: true)).Outcome);
        Assert.Equal(before, session.Capture().Write());
        Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);
    }

    [Fact]
    public void Two_trials_see_other_changes_and_every_epoch_does()
    {
        var still = Spec with { Optimizer = new SgdSpec { LearningRate = 1e-30 } };
        using var one = Session(still);
        using var other = Session(still, trial: 1);

        Assert.NotEqual(one.RunEpoch().Metrics["train.loss"], one.RunEpoch().Metrics["train.loss"]);
        Assert.NotEqual(one.History[0].Values["train.loss"], other.RunEpoch().Metrics["train.loss"]);
    }

    [Fact]
    public void Images_that_are_none_are_refused_before_anything_is_trained() =>
        Assert.StartsWith("/augment/0: wants images", Assert.Throws<DataException>(() => new TrainingSession(
            Spec, new Dataset([64], new float[640], new float[10], ""), DataSplit.Of(10, new SplitSpec(), 0), seed: 0, trial: 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void Made_up_data_that_takes_its_time_trains_to_the_bits_of_data_that_does_not()
    {
        var data = new SyntheticDataSpec { Samples = 200, Shape = [8], Noise = 0.3 };
        var spec = Digits.Perceptron with { Data = data };

        Assert.Equal(Trained(data), Trained(data with { CpuTime = TimeSpan.FromMicroseconds(50), Latency = TimeSpan.FromMilliseconds(1) }));

        byte[] Trained(SyntheticDataSpec source)
        {
            using var session = new TrainingSession(spec, DatasetReader.Read(source, ""), DataSplit.Of(200, source.Split, 1), seed: 1, trial: 0);
            Assert.True(session.RunEpoch().Metrics["validation.accuracy"] > 0.2);
            return session.Capture().Write();
        }
    }

    private static TrainingSession Session(TrainingSpec spec, int trial = 0) => new(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial);
}
