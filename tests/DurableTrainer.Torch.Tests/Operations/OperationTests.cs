using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Processors;
using TorchSharp;

namespace DurableTrainer.Torch.Tests.Operations;

/// <summary>Every operation, forward and back, against the CPU processor.</summary>
public class OperationTests
{
    /// <summary>Of the largest value; what is seen is below a tenth of it.</summary>
    private const double Tolerance = 2e-5;

    public static TheoryData<string> Names => [.. OperationCase.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_gives_what_the_CPU_processor_gives(string name) => Agree(Named(name), training: true);

    [Theory]
    [InlineData("batchNorm of features")]
    [InlineData("batchNorm of channels")]
    [InlineData("an image model")]
    public void Inference_normalises_by_the_running_averages(string name) => Agree(Named(name), training: false);

    private static OperationCase Named(string name) => OperationCase.All.Single(one => one.Name == name);

    private static void Agree(OperationCase @case, bool training)
    {
        var graph = @case.Graph;
        using var cpu = new CpuProcessor();
        var expected = new ModelTensors(graph);
        foreach (var tensor in expected.Parameters.Concat(expected.State))
        {
            // A variance is above 0.
            var least = tensor.Name.EndsWith("running_var", StringComparison.Ordinal) ? 2 : 0;
            tensor.Write([.. Agreement.Numbers(tensor.Name, tensor.Shape.Size).Select(value => least + value)]);
        }

        using var processor = new TorchProcessor(torch.CPU, Precision.Float32, threads: 1);
        TorchTensor[] tensors =
            [.. expected.Parameters.Select(tensor => Copy(tensor, learns: true)), .. expected.State.Select(tensor => Copy(tensor, learns: false))];
        var executable = cpu.Compile(graph, expected, @case.Count, new CompileOptions { InputGradient = true });
        var pass = new Pass(@case.Count, training, Seed: 1, Trial: 2, Step: 3);
        var outputs = @case.Count * graph.ShapeOf(graph.Outputs[0]).Size;
        var dy = Agreement.Numbers("dy", outputs);
        @case.Inputs.CopyTo(executable.Input);
        executable.Forward(pass);
        var y = executable.Output.ToArray();
        dy.CopyTo(executable.OutputGradient);
        executable.Backward();

        processor.Run(() =>
        {
            using var x = TorchTensor.HostTensor(@case.Inputs).reshape([@case.Count, .. @case.Input.Select(size => (long)size)]);
            x.requires_grad = graph.Vocabulary is null;
            using var slope = TorchTensor.HostTensor(dy);
            var value = new TorchGraph(graph, tensors, processor).Forward(x, pass);
            Agreement.Check("output", y, value.reshape(-1).data<float>().ToArray(), Tolerance);
            if (!value.requires_grad)
                return false;
            (value.reshape(-1) * slope).sum().backward();
            if (x.requires_grad)
                Agreement.Check("input gradient", executable.InputGradient, x.grad!.reshape(-1).data<float>().ToArray(), Tolerance);
            return true;
        });

        foreach (var (tensor, ours) in tensors.Zip(expected.Parameters))
        {
            var gradient = tensor.Tensor.grad!.reshape(-1).data<float>().ToArray();
            Agreement.Check($"gradient of {tensor.Name}", ours.Gradient, gradient, Tolerance);
        }

        foreach (var (tensor, ours) in tensors.Skip(expected.Parameters.Count).Zip(expected.State))
            Agreement.Check(tensor.Name, ours.Values, tensor.Tensor.data<float>().ToArray(), Tolerance);
        foreach (var tensor in tensors)
            tensor.Dispose();

        TorchTensor Copy(ModelTensor from, bool learns)
        {
            var tensor = new TorchTensor(processor, from.Name, from.Shape, learns);
            tensor.Write(from.Values);
            return tensor;
        }
    }
}
