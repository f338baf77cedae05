using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Tests.Reference;
using DurableTrainer.Training.Tests.Sessions;

namespace DurableTrainer.Training.Tests.Cpu;

public class ExecutableTests
{
    [Fact]
    public void A_pass_allocates_nothing()
    {
        using var processor = new CpuProcessor();
        var graph = GraphBuilder.Build(Digits.Convolutional.Model, [1, 8, 8]);
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 1, trial: 0);
        var executable = processor.Compile(graph, tensors, batch: 4);
        void Step()
        {
            executable.Forward(new Pass(4, Training: true));
            executable.OutputGradient.Fill(0.1f);
            executable.Backward();
        }

        Step();

        // A collection that other tests cause counts what is left of this thread's room as allocated.
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => AllocatedBy(Step)));

        static long AllocatedBy(Action step)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void What_a_sample_gives_does_not_depend_on_the_samples_beside_it()
    {
        using var processor = new CpuProcessor();
        var graph = GraphBuilder.Build(Digits.Convolutional.Model, [1, 8, 8]);
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 1, trial: 0);
        var executable = processor.Compile(graph, tensors, batch: 37);
        Digits.Dataset.Inputs.AsSpan(0, 37 * 64).CopyTo(executable.Input);
        executable.Forward(Pass.Inference(37));
        var together = executable.Output.ToArray();

        for (var sample = 0; sample < 37; sample++)
        {
            Digits.Dataset.Inputs.AsSpan(sample * 64, 64).CopyTo(executable.Input);
            executable.Forward(Pass.Inference(1));
            Assert.Equal(together[(sample * 10)..((sample + 1) * 10)], executable.Output.ToArray());
        }
    }

    [Fact]
    public void The_gradient_of_a_value_with_several_consumers_is_the_sum_of_their_shares()
    {
        // y = (x + Wx) + relu(x + Wx): each value but the last is used twice.
        var graph = GraphBuilder.Build(
            new ModelSpec { Layers = [new ResidualLayer { Layers = [new LinearLayer { Units = 5 }] }, new ResidualLayer { Layers = [new ReluLayer()] }] }, [5]);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 1, trial: 0);
        var executable = processor.Compile(graph, tensors, batch: 3, new CompileOptions { InputGradient = true });
        float[] x = [.. TwinCase.Numbers("x", 15).Select(value => (float)value)];
        float[] dy = [.. TwinCase.Numbers("dy", 15).Select(value => (float)value)];

        x.CopyTo(executable.Input);
        executable.Forward(new Pass(3, Training: true));
        dy.CopyTo(executable.OutputGradient);
        executable.Backward();

        double Loss(double[] input)
        {
            var sum = 0.0;
            for (var i = 0; i < input.Length; i++)
            {
                double inner = input[i] + tensors["layers.0.0.bias"].Values[i % 5];
                for (var j = 0; j < 5; j++)
                    inner += tensors["layers.0.0.weight"].Values[i % 5 * 5 + j] * input[i / 5 * 5 + j];
                sum += dy[i] * (inner + Math.Max(inner, 0));
            }

            return sum;
        }

        for (var i = 0; i < x.Length; i++)
        {
            double[] above = [.. x], below = [.. x];
            above[i] += 1e-6;
            below[i] -= 1e-6;
            Assert.Equal((Loss(above) - Loss(below)) / 2e-6, executable.InputGradient[i], 1e-5);
        }
    }

    [Fact]
    public void Ways_back_apart_give_the_bits_of_one_way_back()
    {
        Assert.Equal(Gradients(WayBack.Whole), Gradients(WayBack.Apart));

        static float[][] Gradients(WayBack wayBack)
        {
            using var processor = new CpuProcessor();
            var graph = GraphBuilder.Build(Digits.Convolutional.Model, [1, 8, 8]);
            var tensors = new ModelTensors(graph);
            tensors.Initialize(seed: 1, trial: 0);
            var executable = processor.Compile(graph, tensors, 21, new CompileOptions { WayBack = wayBack, InputGradient = true });
            Digits.Dataset.Inputs.AsSpan(0, 21 * 64).CopyTo(executable.Input);
            executable.Forward(new Pass(21, Training: true));
            float[] dy = [.. TwinCase.Numbers("dy", 210).Select(value => (float)value)];
            dy.CopyTo(executable.OutputGradient);
            executable.Backward();
            return [executable.InputGradient.ToArray(), .. tensors.Parameters.Select(parameter => parameter.Gradient.ToArray())];
        }
    }

    [Fact]
    public void Inference_gives_the_bits_of_a_training_plan_in_a_fraction_of_its_memory()
    {
        using var processor = new CpuProcessor();
        var graph = GraphBuilder.Build(Digits.Convolutional.Model, [1, 8, 8]);
        var tensors = new ModelTensors(graph);
        tensors.Initialize(seed: 1, trial: 0);
        var training = processor.Compile(graph, tensors, 64);
        var inference = processor.Compile(graph, tensors, 64, CompileOptions.Inference);
        foreach (var executable in new[] { training, inference })
        {
            Digits.Dataset.Inputs.AsSpan(0, 50 * 64).CopyTo(executable.Input);
            executable.Forward(Pass.Inference(50));
        }

        Assert.Equal(training.Output.ToArray(), inference.Output.ToArray());
        Assert.InRange(inference.Bytes, 1, training.Bytes / 2);
    }

    [Fact]
    public void A_way_back_that_was_not_compiled_is_refused()
    {
        var graph = GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 2 }] }, [3]);
        using var processor = new CpuProcessor();
        var inference = processor.Compile(graph, new ModelTensors(graph), 4, CompileOptions.Inference);
        var training = processor.Compile(graph, new ModelTensors(graph), 4);

        Assert.Throws<InvalidOperationException>(inference.Backward);
        Assert.Equal(
            "This executable was compiled for inference.", Assert.Throws<InvalidOperationException>(() => inference.OutputGradient.Clear()).Message);
        Assert.Equal(
            "This executable was compiled with WayBack.Whole, not WayBack.Apart.",
            Assert.Throws<InvalidOperationException>(training.BackwardInputs).Message);
        Assert.Throws<InvalidOperationException>(training.BackwardWeights);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_pass_of_no_sample_or_of_too_many_is_refused(int count)
    {
        var graph = GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 2 }] }, [3]);
        using var processor = new CpuProcessor();
        var executable = processor.Compile(graph, new ModelTensors(graph), batch: 4);

        Assert.Throws<ArgumentOutOfRangeException>(() => executable.Forward(Pass.Inference(count)));
    }

    [Fact]
    public void A_batch_that_does_not_fit_into_memory_is_refused_with_a_sentence()
    {
        var graph = GraphBuilder.Build(new ModelSpec { Layers = [new ReluLayer()] }, [100_000]);
        using var processor = new CpuProcessor();

        var e = Assert.Throws<ProcessorException>(() => processor.Compile(graph, new ModelTensors(graph), batch: 1_000_000));

        Assert.Equal("A tensor of 100000000000 values is more than this processor can hold; choose a smaller batch or model.", e.Message);
    }
}
