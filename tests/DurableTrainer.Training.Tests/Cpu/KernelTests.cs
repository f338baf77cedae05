using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;
using DurableTrainer.Training.Tests.Reference;
using Xunit.Sdk;

namespace DurableTrainer.Training.Tests.Cpu;

/// <summary>The processor's kernels against their twins in 64 bits.</summary>
public class KernelTests
{
    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            for (var number = 0; number < TwinCase.All.Count; number++)
            {
                cases.Add(number, 1);
                cases.Add(number, 3);
            }

            return cases;
        }
    }

    public static TheoryData<int, KernelPath> CasesOfPaths
    {
        get
        {
            var cases = new TheoryData<int, KernelPath>();
            for (var number = 0; number < TwinCase.All.Count; number++)
            {
                foreach (var path in Enum.GetValues<KernelPath>().Where(path => path <= KernelPaths.Fastest))
                    cases.Add(number, path);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Kernels_agree_with_their_twins(int number, int threads) => Check(number, threads, path: null);

    [Theory]
    [MemberData(nameof(CasesOfPaths))]
    public void Kernels_of_every_path_agree_with_their_twins(int number, KernelPath path) => Check(number, 2, path);

    [Fact]
    public void A_kernel_path_that_the_machine_lacks_is_refused_with_what_it_has()
    {
        var e = Assert.Throws<ProcessorException>(() => new CpuProcessor(kernelPath: (KernelPath)7));

        Assert.StartsWith("This machine has no kernels for 7; it has Portable", e.Message, StringComparison.Ordinal);
    }

    private static void Check(int number, int threads, KernelPath? path)
    {
        var @case = TwinCase.All[number];
        using var processor = new CpuProcessor(threads, path);
        var tensors = new ModelTensors(@case.Graph);
        tensors.Initialize(seed: 1, trial: 0);
        var x = @case.Inputs;
        var dy = TwinCase.Numbers("dy", @case.Count * @case.Output.Size);
        double[][] parameters = [.. tensors.Parameters.Select(p => TwinCase.Numbers(p.Name, p.Shape.Size))];
        foreach (var (tensor, values) in tensors.Parameters.Zip(parameters))
            tensor.Write(Single(values));

        // More room than samples: a remainder of a batch works like a batch.
        var executable = processor.Compile(@case.Graph, tensors, @case.Count + 2, new CompileOptions { InputGradient = true });
        executable.Input.Fill(float.NaN);
        Single(x).CopyTo(executable.Input);
        executable.Forward(new Pass(@case.Count, Training: true));
        var y = executable.Output.ToArray();
        Single(dy).CopyTo(executable.OutputGradient);
        executable.Backward();

        var (dx, gradients) = @case.Twin.Backward(x, @case.Count, parameters, dy);
        Agree($"{@case}: output", @case.Twin.Forward(x, @case.Count, parameters), y);
        Agree($"{@case}: input gradient", dx, executable.InputGradient);
        foreach (var (tensor, gradient) in tensors.Parameters.Zip(gradients))
            Agree($"{@case}: gradient of {tensor.Name}", gradient, tensor.Gradient);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_number_of_threads_gives_the_same_bits(int number, int threads)
    {
        var @case = TwinCase.All[number];

        Assert.Equal(Bits(@case, 1), Bits(@case, threads));
    }

    [Theory]
    [InlineData(4, 5, 5)]
    [InlineData(1, 1, 1)]
    public void Batch_norm_takes_the_batch_into_its_running_statistics_and_infers_by_them(int channels, int height, int width)
    {
        var @case = new TwinCase(new BatchNormOperation(0.25, 1e-5), new Shape(channels, height, width), 3);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(@case.Graph);
        tensors.Initialize(seed: 1, trial: 0);
        var x = @case.Inputs;
        var executable = processor.Compile(@case.Graph, tensors, @case.Count, new CompileOptions { InputGradient = true });
        Single(x).CopyTo(executable.Input);

        executable.Forward(new Pass(@case.Count, Training: true));

        var twin = new BatchNormTwin(channels, 1e-5);
        var rows = (double)@case.Count * height * width;
        double[] mean = [.. twin.Mean(x, @case.Count).Select(value => 0.25 * value)];
        double[] variance = [.. twin.Variance(x, @case.Count).Select(value => 0.75 + 0.25 * value * rows / (rows - 1))];
        Agree("running mean", mean, tensors["op.running_mean"].Values);
        Agree("running variance", variance, tensors["op.running_var"].Values);

        executable.Forward(Pass.Inference(@case.Count));
        var inferring = new BatchNormTwin(channels, 1e-5, (mean, variance));
        double[][] parameters = [[.. Enumerable.Repeat(1.0, channels)], new double[channels]];
        Agree("inference", inferring.Forward(x, @case.Count, parameters), executable.Output);
    }

    [Fact]
    public void A_single_row_leaves_the_running_variance_and_stays_finite()
    {
        var @case = new TwinCase(new BatchNormOperation(0.25, 1e-5), [3], 1);
        using var processor = new CpuProcessor();
        var tensors = new ModelTensors(@case.Graph);
        tensors.Initialize(seed: 1, trial: 0);
        var executable = processor.Compile(@case.Graph, tensors, 1);
        new float[] { 1, 2, 3 }.CopyTo(executable.Input);

        executable.Forward(new Pass(1, Training: true));

        Assert.Equal([1, 1, 1], tensors["op.running_var"].Values.ToArray());
        Assert.Equal([0, 0, 0], executable.Output.ToArray());
    }

    private static float[][] Bits(TwinCase @case, int threads)
    {
        using var processor = new CpuProcessor(threads);
        var tensors = new ModelTensors(@case.Graph);
        tensors.Initialize(seed: 1, trial: 0);
        var executable = processor.Compile(@case.Graph, tensors, @case.Count, new CompileOptions { InputGradient = true });
        Single(@case.Inputs).CopyTo(executable.Input);
        executable.Forward(new Pass(@case.Count, Training: true));
        Single(TwinCase.Numbers("dy", @case.Count * @case.Output.Size)).CopyTo(executable.OutputGradient);
        executable.Backward();
        return [executable.Output.ToArray(), executable.InputGradient.ToArray(), .. tensors.Parameters.Select(p => p.Gradient.ToArray())];
    }

    /// <summary>Within a few roundings of the tensor's largest value.</summary>
    private static void Agree(string what, double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var tolerance = 1e-5 * Math.Max(1e-3, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance))
                throw new XunitException($"{what} {i} is {actual[i]}, not {expected[i]}.");
        }
    }

    private static float[] Single(double[] values) => [.. values.Select(value => (float)value)];
}
