using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Torch.Tests;

public class LossTests
{
    private const double Tolerance = 2e-6;

    public static TheoryData<LossSpec, int> Losses => new()
    {
        { new CrossEntropySpec(), 1 },
        { new CrossEntropySpec { LabelSmoothing = 0.15 }, 1 },
        { new CrossEntropySpec { IgnoreIndex = 1, LabelSmoothing = 0.1 }, 1 },
        { new CrossEntropySpec { IgnoreIndex = -7 }, 1 },
        { new BinaryCrossEntropySpec(), 3 },
        { new MeanSquaredErrorSpec(), 3 },
        { new HuberSpec { Delta = 0.4 }, 3 },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_loss_and_its_slope_are_those_of_the_CPU_processor(LossSpec loss, int targets)
    {
        using var twins = new Twins(Graph(loss, targets), loss, new SgdSpec { LearningRate = 1 }, batch: 11, targets);

        twins.Train(steps: 1, target: i => i % 3 / (loss is CrossEntropySpec ? 1f : 2f), rate: 1, Tolerance);

        twins.Agree(Tolerance);
    }

    [Fact]
    public void A_cross_entropy_takes_labels_for_every_place_of_a_sequence()
    {
        var loss = new CrossEntropySpec { IgnoreIndex = 2 };
        var graph = GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 3 }] }, [5, 4], loss, targets: 5);
        using var twins = new Twins(graph, loss, new SgdSpec(), batch: 7, targets: 5);

        twins.Train(steps: 3, target: i => i % 3, rate: 0.5, Tolerance);

        twins.Agree(Tolerance);
    }

    [Fact]
    public void A_batch_of_which_nothing_counts_moves_nothing()
    {
        var loss = new CrossEntropySpec { IgnoreIndex = 1 };
        using var twins = new Twins(Graph(loss, 1), loss, new SgdSpec { ClipNorm = 1 }, batch: 4);
        var (cpu, torch) = Twins.Forward(
            twins.Cpu.Step, twins.Torch.Step, new Pass(4, Training: true), Agreement.Numbers("x", 4 * 6), [1, 1, 1, 1]);

        Assert.Equal((0, 0), (cpu, torch));
        Assert.Equal(0, twins.Torch.Step.Backward());
        Assert.Equal(0, twins.Cpu.Step.Backward());
        twins.Torch.Step.Move(1, 1);
        twins.Agree(0);
    }

    private static Graph Graph(LossSpec loss, int targets) =>
        GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 3 }] }, [6], loss, targets);
}
