using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

/// <summary>A trial that was captured, written, read and restored goes on as if nothing had happened, to the last bit.</summary>
public class ResumeTests
{
    private static readonly ModelSpec Model = new()
    {
        Layers =
        [
            new Conv2dLayer { Filters = 5, Kernel = 3 }, new BatchNormLayer(), new ReluLayer(), new DropoutLayer { Rate = 0.3 },
            new MaxPool2dLayer { Size = 2 }, new FlattenLayer(),
            new LinearLayer { Units = 13 }, new BatchNormLayer(), new GeluLayer(), new DropoutLayer { Rate = 0.2 }, new LinearLayer { Units = 10 },
        ],
    };

    public static TheoryData<string> Optimizers => [.. Specs.Keys];

    private static Dictionary<string, OptimizerSpec> Specs { get; } = new()
    {
        ["sgd"] = new SgdSpec { LearningRate = 0.05 },
        ["sgd with momentum"] = new SgdSpec { LearningRate = 0.05, Momentum = 0.9, WeightDecay = 1e-4 },
        ["sgd with Nesterov momentum"] = new SgdSpec { LearningRate = 0.05, Momentum = 0.8, Nesterov = true },
        ["adamw"] = new AdamWSpec { LearningRate = 2e-3 },
        ["rmsprop, clipped"] = new RmsPropSpec { LearningRate = 1e-3, ClipNorm = 0.5 },
        ["rmsprop with momentum, centered, on a cosine"] =
            new RmsPropSpec { LearningRate = 1e-3, Momentum = 0.8, Centered = true, Schedule = new CosineScheduleSpec { WarmUpSteps = 20 } },
        ["lion on one cycle"] = new LionSpec { LearningRate = 1e-3, WeightDecay = 0.1, Schedule = new OneCycleScheduleSpec() },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_killed_run_resumes_bit_for_bit_after_any_epoch(string optimizer)
    {
        var spec = Spec(Specs[optimizer]);
        using var whole = Session(spec);
        var files = new List<byte[]> { whole.Capture().Write() };
        for (var epoch = 0; epoch < 3; epoch++)
        {
            whole.RunEpoch();
            files.Add(whole.Capture().Write());
        }

        for (var start = 0; start < 3; start++)
        {
            using var resumed = Session(spec, threads: 2);
            resumed.Restore(Checkpoint.Read(files[start]));
            for (var epoch = start; epoch < 3; epoch++)
                resumed.RunEpoch();

            Assert.Equal(files[3], resumed.Capture().Write());
            Assert.Equal(whole.History.Select(e => e.Values), resumed.History.Select(e => e.Values));
        }
    }

    [Fact]
    public void A_thousand_steps_over_restarts_end_at_the_bits_of_a_thousand_without()
    {
        var spec = Spec(new AdamWSpec { LearningRate = 1e-3 }) with { BatchSize = 16 };
        using var whole = Session(spec);
        while (whole.Step < 1_000)
            whole.RunEpoch();

        byte[]? file = null;
        for (var epoch = 0; epoch < whole.Epoch; epoch += 4)
        {
            using var part = Session(spec, threads: 1 + epoch / 4 % 2);
            if (file is not null)
                part.Restore(Checkpoint.Read(file));
            while (part.Epoch < Math.Min(epoch + 4, whole.Epoch))
                part.RunEpoch();
            file = part.Capture().Write();
        }

        Assert.Equal(whole.Capture().Write(), file);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Threads_that_come_and_go_change_no_bit(string optimizer)
    {
        var spec = Spec(Specs[optimizer]);
        using var whole = Session(spec);
        using var changing = Session(spec);
        foreach (var threads in (int[])[2, 2, 1, 3])
        {
            whole.RunEpoch();
            changing.UseThreads(threads);
            Assert.Equal(threads, changing.Threads);
            changing.RunEpoch();
        }

        Assert.Equal(whole.Capture().Write(), changing.Capture().Write());
    }

    [Fact]
    public void A_session_can_go_back_to_where_it_was()
    {
        using var session = Session(Spec(new AdamWSpec()));
        session.RunEpoch();
        var checkpoint = session.Capture();
        session.RunEpoch();
        var second = session.Capture().Write();

        session.Restore(checkpoint);
        session.RunEpoch();

        Assert.Equal(second, session.Capture().Write());
    }

    [Fact]
    public void Other_settings_of_the_optimizer_continue_from_a_checkpoint()
    {
        using var before = Session(Spec(new SgdSpec { LearningRate = 0.05 }));
        before.RunEpoch();
        using var after = Session(Spec(new SgdSpec { LearningRate = 0.01, Momentum = 0.9 }));

        after.Restore(before.Capture());

        Assert.Equal(EpochOutcome.Completed, after.RunEpoch().Outcome);
        Assert.Equal(2, after.Epoch);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_and_changes_nothing()
    {
        using var other = Session(Digits.Perceptron);
        using var session = Session(Spec(new AdamWSpec()));
        var before = session.Capture().Write();

        var e = Assert.Throws<CheckpointException>(() => session.Restore(other.Capture()));

        Assert.Equal("The checkpoint is of another model: it has no 'layers.0.weight'.", e.Message);
        Assert.Equal(before, session.Capture().Write());
    }

    [Fact]
    public void A_checkpoint_of_another_width_is_refused()
    {
        using var other = Session(Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 31 }, new ReluLayer(), new LinearLayer { Units = 10 }] },
        });
        using var session = Session(Digits.Perceptron);

        var e = Assert.Throws<CheckpointException>(() => session.Restore(other.Capture()));

        Assert.Equal("The checkpoint is of another model: its 'layers.1.weight' is [31, 64], not [32, 64].", e.Message);
    }

    [Fact]
    public void A_checkpoint_of_other_data_is_refused()
    {
        using var session = Session(Digits.Perceptron);

        Assert.Throws<CheckpointException>(() => session.Restore(session.Capture() with { DataSha256 = "0123" }));
    }

    private static TrainingSpec Spec(OptimizerSpec optimizer) =>
        Digits.Perceptron with { Model = Model, Optimizer = optimizer, BatchSize = 47 };

    private static TrainingSession Session(TrainingSpec spec, int threads = 1) =>
        new(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 3, threads);
}
