using DurableTrainer.Core.Training;
using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Sessions;

namespace DurableTrainer.Torch.Tests.Sessions;

/// <summary>Whole models in training, against the CPU processor.</summary>
public class SessionTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Names => [.. SmallSessions.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Twenty_steps_from_the_same_weights_over_the_same_samples_end_at_the_same_model_and_metrics(string name)
    {
        var (spec, data) = SmallSessions.All[name];
        using var cpu = SmallSessions.Cpu(spec, data);
        using var torch = SmallSessions.Torch(spec, data);
        Assert.Equal(cpu.Capture().Write(), torch.Capture().Write());

        Agree(cpu.RunEpoch(), torch.RunEpoch());

        Assert.Equal(SmallSessions.Steps, torch.Step);
        Agree(cpu.Capture(), torch.Capture());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_checkpoint_of_one_processor_goes_on_on_the_other(string name)
    {
        var (spec, data) = SmallSessions.All[name];
        using var cpu = SmallSessions.Cpu(spec, data);
        using var torch = SmallSessions.Torch(spec, data);
        using var fromCpu = SmallSessions.Torch(spec, data);
        using var fromTorch = SmallSessions.Cpu(spec, data);
        cpu.RunEpoch();
        torch.RunEpoch();

        fromCpu.Restore(Checkpoint.Read(cpu.Capture().Write()));
        fromTorch.Restore(Checkpoint.Read(torch.Capture().Write()));

        // Not a bit is lost on the way.
        Assert.Equal(cpu.Capture().Write(), fromCpu.Capture().Write());
        Assert.Equal(torch.Capture().Write(), fromTorch.Capture().Write());
        Agree(cpu.RunEpoch(), fromCpu.RunEpoch());
        Agree(fromTorch.RunEpoch(), torch.RunEpoch());
        Assert.Equal((2, 2L * SmallSessions.Steps), (fromCpu.Epoch, fromCpu.Step));
    }

    [Theory]
    [MemberData(nameof(OptimizerTests.Names), MemberType = typeof(OptimizerTests))]
    public void What_an_optimizer_carries_goes_along(string optimizer)
    {
        var (spec, data) = SmallSessions.All["mlp"];
        spec = spec with { Optimizer = OptimizerTests.Specs[optimizer] with { LearningRate = 1e-3 } };
        using var cpu = SmallSessions.Cpu(spec, data, steps: 10);
        using var torch = SmallSessions.Torch(spec, data, steps: 10);
        cpu.RunEpoch();
        torch.Restore(cpu.Capture());

        Agree(cpu.RunEpoch(), torch.RunEpoch());

        Agree(cpu.Capture(), torch.Capture());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_session_that_was_captured_and_restored_goes_on_bit_for_bit(string name)
    {
        var (spec, data) = SmallSessions.All[name];
        using var whole = SmallSessions.Torch(spec, data, steps: 6);
        whole.RunEpoch();
        var file = whole.Capture().Write();
        whole.RunEpoch();

        using var resumed = SmallSessions.Torch(spec, data, steps: 6);
        resumed.Restore(Checkpoint.Read(file));
        resumed.RunEpoch();

        Assert.Equal(whole.Capture().Write(), resumed.Capture().Write());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_that_come_and_go_take_the_model_along(string name)
    {
        var (spec, data) = SmallSessions.All[name];
        using var cpu = SmallSessions.Cpu(spec, data, steps: 5);
        using var torch = SmallSessions.Torch(spec, data, steps: 5);
        foreach (var threads in (int[])[2, 1])
        {
            torch.UseThreads(threads);
            Assert.Equal(threads, torch.Threads);
            Agree(cpu.RunEpoch(), torch.RunEpoch());
        }

        Agree(cpu.Capture(), torch.Capture());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_is_measured_as_on_the_CPU_processor(string name)
    {
        var (spec, data) = SmallSessions.All[name];
        using var cpu = SmallSessions.Cpu(spec, data);
        using var torch = SmallSessions.Torch(spec, data);
        cpu.RunEpoch();
        torch.Restore(cpu.Capture());
        int[] samples = [.. Enumerable.Range(0, 201)];

        var (expected, actual) = (cpu.Evaluate(samples, "test"), torch.Evaluate(samples, "test"));

        Assert.Equal(expected.Keys, actual.Keys);
        Assert.All(expected, metric => Assert.Equal(metric.Value, actual[metric.Key], 1e-5 * Math.Max(1, metric.Value)));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_epoch_and_leaves_the_session_as_it_was()
    {
        var (spec, data) = SmallSessions.All["mlp"];
        spec = spec with { Optimizer = new SgdSpec { LearningRate = 1e30 } };
        using var cpu = SmallSessions.Cpu(spec, data);
        using var torch = SmallSessions.Torch(spec, data);
        var before = torch.Capture().Write();

        var (expected, actual) = (cpu.RunEpoch(), torch.RunEpoch());

        Assert.Equal(EpochOutcome.NonFinite, actual.Outcome);
        Assert.Equal((expected.Epoch, expected.Step, expected.Reason), (actual.Epoch, actual.Step, actual.Reason));
        Assert.Equal(before, torch.Capture().Write());
    }

    [Fact]
    public void A_gradient_that_is_no_number_ends_the_epoch_where_it_is_measured()
    {
        var (spec, data) = SmallSessions.All["mlp"];
        // Squares of such losses have a finite sum in 64 bits, and their gradients none in 32.
        spec = spec with
        {
            Model = new ModelSpec { Layers = [new FlattenLayer(), new LinearLayer { Units = 1 }] },
            Loss = new MeanSquaredErrorSpec(),
            Optimizer = new SgdSpec { LearningRate = 1e-3, ClipNorm = 1 },
        };
        var targets = new float[data.Count];
        Array.Fill(targets, 1e19f);
        var far = new DurableTrainer.Training.Data.Dataset(data.SampleShape, [.. data.Inputs.Select(value => value * 1e20f)], targets, "");
        using var torch = SmallSessions.Torch(spec, far);

        var result = torch.RunEpoch();

        Assert.Equal(EpochOutcome.NonFinite, result.Outcome);
        Assert.Equal(0, result.Step);
    }

    [Fact]
    public void An_epoch_that_is_stopped_leaves_the_session_as_it_was()
    {
        var (spec, data) = SmallSessions.All["mlp"];
        using var torch = SmallSessions.Torch(spec, data);
        torch.RunEpoch();
        var before = torch.Capture().Write();

        Assert.Equal(EpochOutcome.Stopped, torch.RunEpoch(new CancellationToken(canceled: true)).Outcome);
        Assert.Equal(before, torch.Capture().Write());
    }

    private static void Agree(EpochResult expected, EpochResult actual)
    {
        Assert.Equal((expected.Outcome, expected.Epoch, expected.Step), (actual.Outcome, actual.Epoch, actual.Step));
        Assert.Equal(expected.Metrics.Keys, actual.Metrics.Keys);
        foreach (var (name, value) in expected.Metrics)
        {
            // Where two logits are nearly equal, which of them is the largest may differ: a few samples of those that were measured.
            var (tolerance, other) = (name.Split('.')[^1] is "loss" or "perplexity" ? Tolerance : 5e-3, actual.Metrics[name]);
            Assert.True(Math.Abs(value - other) <= tolerance * Math.Max(1, value), $"{name} is {other}, not {value}.");
        }
    }

    private static void Agree(Checkpoint expected, Checkpoint actual)
    {
        Assert.Equal((expected.Epoch, expected.Step, expected.Graph), (actual.Epoch, actual.Step, actual.Graph));
        foreach (var (ours, theirs) in expected.Parameters.Concat(expected.State).Zip(actual.Parameters.Concat(actual.State)))
        {
            Assert.Equal(ours.Name, theirs.Name);
            Agreement.Check(ours.Name, ours.Values, theirs.Values, Tolerance);
        }
    }
}
