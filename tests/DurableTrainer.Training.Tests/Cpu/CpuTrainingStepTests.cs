using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Tests.Cpu;

public class CpuTrainingStepTests
{
    private static readonly ModelSpec Model = new() { Layers = [new LinearLayer { Units = 12 }, new ReluLayer(), new LinearLayer { Units = 3 }] };
    private static readonly LossSpec Loss = new CrossEntropySpec();

    [Fact]
    public void Steps_on_one_batch_learn_it_by_heart()
    {
        using var processor = new CpuProcessor();
        var step = Step(processor);
        float[] targets = [0, 1, 2, 1, 0];
        Fill(step.Input);

        var first = step.Forward(new Pass(5, Training: true), targets);
        step.Backward();
        step.Move(1, 0.05);
        for (var number = 2; number <= 200; number++)
        {
            step.Forward(new Pass(5, Training: true, Step: number - 1), targets);
            step.Backward();
            step.Move(number, 0.05);
        }

        Assert.True(step.Forward(Pass.Inference(5), targets) < first / 20);
    }

    [Fact]
    public void Looking_at_the_loss_alone_moves_nothing()
    {
        using var processor = new CpuProcessor();
        var step = Step(processor);
        float[] targets = [2, 0];
        Fill(step.Input);

        var first = step.Forward(new Pass(2, Training: true), targets);

        Assert.Equal(first, step.Forward(new Pass(2, Training: true), targets));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1e-3)]
    public void A_step_that_clips_says_how_long_the_gradient_was(double? bound)
    {
        using var processor = new CpuProcessor();
        var step = Step(processor, new AdamWSpec { ClipNorm = bound });
        Fill(step.Input);
        step.Forward(new Pass(2, Training: true), [2, 0]);

        Assert.Equal(bound is not null, step.Backward() > 0.01);
    }

    private static CpuTrainingStep Step(CpuProcessor processor, OptimizerSpec? optimizer = null)
    {
        var graph = GraphBuilder.Build(Model, [4], Loss);
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 3, trial: 0);
        return new CpuTrainingStep(processor, graph, tensors, Loss, optimizer ?? new AdamWSpec(), batch: 5);
    }

    private static void Fill(Span<float> input)
    {
        var random = new Random(1);
        foreach (ref var value in input)
            value = random.NextSingle() - 0.5f;
    }
}
