using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

/// <summary>Losses, targets, schedules and clipping as trials use them.</summary>
public class LearningTests
{
    private static readonly float[] Inputs = Numbers("inputs", 200 * 6);

    [Fact]
    public void A_regression_of_several_targets_learns_each_of_them()
    {
        var targets = Enumerable.Range(0, 200).SelectMany(i => (float[])[Inputs[6 * i] - Inputs[6 * i + 1], 3 * Inputs[6 * i + 2]]).ToArray();
        using var session = Session([6], targets, 2, new HuberSpec(), new LinearLayer { Units = 2 });

        Train(session, 15);

        Assert.True(session.History[^1].Values["validation.r2"] > 0.99, $"{session.History[^1].Values["validation.r2"]}");
    }

    [Fact]
    public void A_classifier_of_several_labels_learns_them_place_by_place_and_skips_those_that_are_ignored()
    {
        // Two labels a sample, each the sign of the first of three features; every seventh is ignored.
        float[] labels = [.. Enumerable.Range(0, 400).Select(i => i % 7 == 0 ? -1 : Inputs[3 * i] > 0 ? 1f : 0)];
        using var session = Session([2, 3], labels, 2, new CrossEntropySpec { IgnoreIndex = -1 }, new LinearLayer { Units = 2 });

        Train(session, 15);

        Assert.True(session.History[^1].Values["validation.accuracy"] > 0.95, $"{session.History[^1].Values["validation.accuracy"]}");
    }

    [Fact]
    public void Yes_and_no_are_learned_for_each_of_several_targets()
    {
        var targets = Enumerable.Range(0, 200).SelectMany(i => (float[])[Inputs[6 * i] > 0 ? 1 : 0, Inputs[6 * i + 4] < 0 ? 1 : 0]).ToArray();
        using var session = Session([6], targets, 2, new BinaryCrossEntropySpec(), new LinearLayer { Units = 2 });

        Train(session, 15);

        Assert.Equal(
            ["model.flops", "model.parameters", "train.accuracy", "train.f1", "train.learningRate", "train.loss", "validation.accuracy", "validation.f1", "validation.loss"],
            session.History[^1].Values.Keys);
        Assert.True(session.History[^1].Values["validation.f1"] > 0.9, $"{session.History[^1].Values["validation.f1"]}");
    }

    [Fact]
    public void A_part_of_which_every_label_is_ignored_is_refused()
    {
        var split = DataSplit.Of(200, new SplitSpec(), 1);
        var labels = new float[200];
        foreach (var sample in split.Validation)
            labels[sample] = -100;

        var e = Assert.Throws<DataException>(() => Session([6], labels, 1, new CrossEntropySpec { IgnoreIndex = -100 }, new LinearLayer { Units = 2 }));

        Assert.Equal("every label of the 40 validation samples is -100, which is ignored.", e.Message);
    }

    [Fact]
    public void The_learning_rate_of_an_epoch_is_that_of_its_last_step()
    {
        var spec = Digits.Perceptron with
        {
            BatchSize = 400,
            Epochs = 4,
            Optimizer = new SgdSpec { LearningRate = 0.1, Schedule = new CosineScheduleSpec { Minimum = 0.02 } },
        };
        using var session = new TrainingSession(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 0);

        Train(session, 4);

        var steps = session.Step / 4;
        Assert.Equal(
            Enumerable.Range(1, 4).Select(epoch => 0.02 + 0.08 * (1 + Math.Cos(Math.PI * (epoch * steps - 1) / (4 * steps))) / 2),
            session.History.Select(epoch => epoch.Values["train.learningRate"]),
            (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Gradients_whose_norm_overflows_end_the_epoch_with_a_sentence_and_leave_the_session_as_it_was()
    {
        // The loss of predictions near 1e19 is finite in 64 bits, and its gradient by the weights is not in 32.
        float[] inputs = [.. Enumerable.Repeat(1e25f, 100)], targets = [.. Enumerable.Repeat(1e30f, 100)];
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new LinearLayer { Units = 1 }] },
            Loss = new MeanSquaredErrorSpec(),
            Optimizer = new SgdSpec { ClipNorm = 1 },
        };
        using var session = new TrainingSession(spec, new Dataset([1], inputs, targets, ""), DataSplit.Of(100, new SplitSpec(), 1), seed: 1, trial: 0);
        var before = session.Capture().Write();

        var result = session.RunEpoch();

        Assert.Equal((EpochOutcome.NonFinite, 0, 0L), (result.Outcome, result.Epoch, result.Step));
        Assert.Equal("NonFinite: the norm of the gradients became infinite in epoch 1, at step 1; a smaller learning rate may help.", result.Reason);
        Assert.Equal(before, session.Capture().Write());
    }

    [Fact]
    public void Clipping_keeps_a_learning_rate_that_is_too_large_from_blowing_up()
    {
        var spec = Digits.Perceptron with { Optimizer = new SgdSpec { LearningRate = 1e6, ClipNorm = 5e-8 } };
        using var session = new TrainingSession(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial: 0, threads: 2);

        Train(session, 5);

        Assert.True(session.History[^1].Values["validation.accuracy"] > 0.8, $"{session.History[^1].Values["validation.accuracy"]}");
    }

    [Theory]
    [InlineData(new[] { 6 }, 2, "/layers/0: crossEntropy got [2], but wants [2, classes] from the last layer, for 2 targets of each sample.")]
    [InlineData(new[] { 2, 3 }, 1, "/layers/0: crossEntropy got [2, 2], but wants [classes] from the last layer.")]
    [InlineData(new[] { 2, 3 }, 3, "/layers/0: crossEntropy got [2, 2], but wants [3, classes] from the last layer, for 3 targets of each sample.")]
    public void Cross_entropy_wants_classes_for_each_label(int[] sample, int targets, string message) =>
        Assert.Equal(message, Refused(sample, targets, new CrossEntropySpec()));

    [Theory]
    [InlineData("binaryCrossEntropy")]
    [InlineData("meanSquaredError")]
    [InlineData("huber")]
    public void The_other_losses_want_an_output_for_each_target(string name)
    {
        LossSpec loss = name switch { "binaryCrossEntropy" => new BinaryCrossEntropySpec(), "huber" => new HuberSpec(), _ => new MeanSquaredErrorSpec() };

        Assert.Equal($"/layers/0: {name} got [2], but wants [3] from the last layer, for 3 targets of each sample.", Refused([6], 3, loss));
        Assert.Equal($"/layers/0: {name} got [3, 2], but wants [2] from the last layer, for 2 targets of each sample.", Refused([3, 6], 2, loss));
    }

    [Fact]
    public void The_top_k_wants_more_than_k_classes() => Assert.Equal(
        "/layers/0: crossEntropy got [2], but wants more classes than 2 from the last layer, for its topK.",
        Refused([6], 1, new CrossEntropySpec { TopK = 2 }));

    private static string Refused(int[] sample, int targets, LossSpec loss) => Assert.Throws<ShapeException>(
        () => GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 2 }] }, sample, loss, targets)).Message;

    private static void Train(TrainingSession session, int epochs)
    {
        for (var epoch = 0; epoch < epochs; epoch++)
            Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);
    }

    private static TrainingSession Session(int[] sample, float[] targets, int targetSize, LossSpec loss, params LayerSpec[] layers)
    {
        var spec = new TrainingSpec
        {
            Data = Digits.Spec,
            Model = new ModelSpec { Layers = layers },
            Loss = loss,
            Optimizer = new AdamWSpec { LearningRate = 0.05, Schedule = new OneCycleScheduleSpec(), ClipNorm = 5 },
            BatchSize = 7,
            Epochs = 15,
        };
        return new TrainingSession(spec, new Dataset(sample, Inputs, targets, "", targetSize), DataSplit.Of(200, new SplitSpec(), 1), seed: 1, trial: 0);
    }

    private static float[] Numbers(string purpose, int count)
    {
        var random = new KeyedRandom(3, purpose);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }
}
