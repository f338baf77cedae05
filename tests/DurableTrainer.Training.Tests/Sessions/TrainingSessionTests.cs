using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Training.Tests.Sessions;

public class TrainingSessionTests
{
    [Fact]
    public void A_perceptron_learns_the_digits_in_five_epochs()
    {
        using var session = Session(Digits.Perceptron);

        for (var epoch = 0; epoch < 5; epoch++)
            Assert.Equal(EpochOutcome.Completed, session.RunEpoch().Outcome);

        Assert.True(session.History[^1].Values["validation.accuracy"] > 0.93, $"{session.History[^1].Values["validation.accuracy"]}");
        Assert.True(session.History[^1].Values["train.loss"] < session.History[0].Values["train.loss"]);
    }

    [Fact]
    public void A_convolutional_model_learns_the_digits_in_two_epochs()
    {
        using var session = Session(Digits.Convolutional, threads: 2);

        session.RunEpoch();
        var result = session.RunEpoch();

        Assert.True(result.Metrics["validation.accuracy"] > 0.95, $"{result.Metrics["validation.accuracy"]}");
        Assert.Equal(2 * 20, result.Step);
        Assert.Equal(9 * 32 + 32 + 64 + 288 * 64 + 64 + 128 + 1024 * 128 + 128 + 1290, session.ParameterCount);
    }

    [Fact]
    public void An_epoch_reports_training_and_validation_and_counts_epochs_and_steps()
    {
        using var session = Session(Digits.Perceptron);

        var result = session.RunEpoch();

        Assert.Equal(
            [
                "model.flops", "model.parameters", "train.accuracy", "train.f1", "train.learningRate", "train.loss", "train.perplexity",
                "validation.accuracy", "validation.f1", "validation.loss", "validation.perplexity",
            ],
            result.Metrics.Keys);
        Assert.Equal((session.Graph.Cost.Flops, session.ParameterCount), (result.Metrics["model.flops"], result.Metrics["model.parameters"]));
        Assert.Equal(1, result.Epoch);
        Assert.Equal((Digits.Split.Train.Length + 31) / 32, result.Step);
        Assert.Null(result.Reason);
        Assert.Equal(result.Metrics["validation.loss"], session.Evaluate(Digits.Split.Validation, "validation")["validation.loss"]);
        Assert.Equal(["test.accuracy", "test.f1", "test.loss", "test.perplexity"], session.Evaluate(Digits.Split.Test, "test").Keys);
    }

    [Fact]
    public void The_same_seed_and_trial_train_the_same_model_with_any_number_of_threads()
    {
        using var one = Session(Digits.Convolutional);
        using var two = Session(Digits.Convolutional, threads: 3);
        using var other = Session(Digits.Convolutional, trial: 1);

        one.RunEpoch();
        two.RunEpoch();
        other.RunEpoch();

        Assert.Equal(one.Capture().Write(), two.Capture().Write());
        Assert.NotEqual(one.History[0].Values["train.loss"], other.History[0].Values["train.loss"]);
    }

    [Fact]
    public void A_learning_rate_that_is_far_too_large_ends_the_epoch_with_a_sentence_and_leaves_the_session_as_it_was()
    {
        var spec = Digits.Perceptron with { Optimizer = new SgdSpec { LearningRate = 1e30 } };
        using var session = Session(spec);
        var before = session.Capture().Write();

        var result = session.RunEpoch();

        Assert.Equal(EpochOutcome.NonFinite, result.Outcome);
        Assert.Matches(@"^NonFinite: the training loss became (not a number|infinite) in epoch 1, at step \d+; a smaller learning rate may help\.$", result.Reason);
        Assert.Empty(result.Metrics);
        Assert.Equal(before, session.Capture().Write());
    }

    [Fact]
    public void A_stopped_epoch_leaves_the_session_as_it_was()
    {
        using var session = Session(Digits.Perceptron);
        session.RunEpoch();
        var before = session.Capture().Write();

        var result = session.RunEpoch(new CancellationToken(canceled: true));

        Assert.Equal(EpochOutcome.Stopped, result.Outcome);
        Assert.Equal("Stopped in epoch 2.", result.Reason);
        Assert.Equal((1, session.Step), (result.Epoch, result.Step));
        Assert.Equal(before, session.Capture().Write());
        Assert.Equal(2, session.RunEpoch().Epoch);
    }

    [Fact]
    public void A_regression_reports_its_errors_and_learns()
    {
        var random = new Core.Randomness.KeyedRandom(3, "regression");
        var inputs = Enumerable.Range(0, 3 * 200).Select(_ => random.NextSingle()).ToArray();
        var targets = Enumerable.Range(0, 200).Select(i => inputs[3 * i] - 2 * inputs[3 * i + 1]).ToArray();
        var dataset = new Dataset([3], inputs, targets, "");
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new LinearLayer { Units = 16 }, new TanhLayer(), new LinearLayer { Units = 1 }] },
            Loss = new MeanSquaredErrorSpec(),
            Optimizer = new AdamWSpec { LearningRate = 0.02 },
            BatchSize = 7,
        };
        using var session = new TrainingSession(spec, dataset, DataSplit.Of(200, new SplitSpec(), 1), seed: 1, trial: 0);

        for (var epoch = 0; epoch < 20; epoch++)
            session.RunEpoch();

        var last = session.History[^1].Values;
        Assert.Equal(
            [
                "model.flops", "model.parameters", "train.learningRate", "train.loss", "train.mae", "train.r2", "train.rmse",
                "validation.loss", "validation.mae", "validation.r2", "validation.rmse",
            ],
            last.Keys);
        Assert.True(last["validation.r2"] > 0.95, $"{last["validation.r2"]}");
        Assert.Equal(Math.Sqrt(last["validation.loss"]), last["validation.rmse"], 1e-12);
    }

    [Fact]
    public void Targets_without_variance_are_no_divergence()
    {
        var inputs = Enumerable.Range(0, 100).Select(i => i / 100f).ToArray();
        var dataset = new Dataset([1], inputs, [.. Enumerable.Repeat(0.1f, 100)], "");
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new LinearLayer { Units = 1 }] },
            Loss = new MeanSquaredErrorSpec(),
            Optimizer = new SgdSpec { LearningRate = 0.01 },
        };
        using var session = new TrainingSession(spec, dataset, DataSplit.Of(100, new SplitSpec(), 1), seed: 1, trial: 0);

        var result = session.RunEpoch();

        Assert.Equal(EpochOutcome.Completed, result.Outcome);
        Assert.Equal((0, 0), (result.Metrics["train.r2"], result.Metrics["validation.r2"]));
    }

    [Fact]
    public void A_validation_loss_that_is_no_number_ends_the_epoch_with_a_sentence_and_leaves_the_session_as_it_was()
    {
        // The only sample with such a value is one to validate with: training alone shows nothing of it.
        var split = DataSplit.Of(100, new SplitSpec(), 1);
        var inputs = new float[100];
        inputs[split.Validation[0]] = float.PositiveInfinity;
        var spec = Digits.Perceptron with
        {
            Model = new ModelSpec { Layers = [new LinearLayer { Units = 1 }] },
            Loss = new MeanSquaredErrorSpec(),
        };
        using var session = new TrainingSession(spec, new Dataset([1], inputs, new float[100], ""), split, seed: 1, trial: 0);
        var before = session.Capture().Write();

        var result = session.RunEpoch();

        Assert.Equal((EpochOutcome.NonFinite, 0, 0L), (result.Outcome, result.Epoch, result.Step));
        Assert.Equal("NonFinite: validation.loss became infinite in epoch 1, after step 3; a smaller learning rate may help.", result.Reason);
        Assert.Equal(before, session.Capture().Write());
    }

    public static TheoryData<ParallelSpec> OtherModes => [new DataParallelSpec(), new PipelineParallelSpec(), new AsyncParallelSpec()];

    [Theory]
    [MemberData(nameof(OtherModes))]
    public void A_parallel_mode_that_this_processor_cannot_do_is_refused(ParallelSpec parallel)
    {
        var spec = Digits.Perceptron with { Parallel = parallel };

        Assert.Equal(
            $"/parallel/mode: a trial is trained on one processor; choose \"single\" instead of \"{parallel.Mode}\".",
            Assert.Throws<ProcessorException>(() => Session(spec)).Message);
    }

    [Fact]
    public void A_batch_of_nothing_is_refused() => Assert.Equal(
        "/batchSize: a batch wants 1 sample or more, not 0.",
        Assert.Throws<ProcessorException>(() => Session(Digits.Perceptron with { BatchSize = 0 })).Message);

    [Fact]
    public void A_model_without_parameters_is_refused() => Assert.Equal(
        "/layers: nothing in this model learns; add a linear or a conv2d layer.",
        Assert.Throws<ProcessorException>(() => Session(Digits.Perceptron with { Model = new ModelSpec { Layers = [new FlattenLayer()] } })).Message);

    [Fact]
    public void A_label_beyond_the_outputs_is_refused()
    {
        var spec = Digits.Perceptron with { Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 9 }] } };

        Assert.Contains("so labels go from 0 to 8", Assert.Throws<DataException>(() => Session(spec)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_larger_than_the_data_is_the_data()
    {
        using var session = Session(Digits.Perceptron with { BatchSize = 1_000_000 });

        Assert.Equal(1, session.RunEpoch().Step);
    }

    private static TrainingSession Session(TrainingSpec spec, int trial = 0, int threads = 1) =>
        new(spec, Digits.Dataset, Digits.Split, Digits.Seed, trial, threads);
}
