using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Torch;

/// <summary>The gradient of a parameter, under the parameter's name; zeros where no way back has reached it.</summary>
internal sealed class TorchGradient(TorchProcessor processor, TorchTensor parameter) : IModelTensor
{
    public string Name => parameter.Name;

    public Shape Shape => parameter.Shape;

    public void CopyTo(Span<float> values)
    {
        if (parameter.Tensor.grad is not { } gradient)
        {
            values[..(int)Shape.Size].Clear();
            return;
        }

        using var tensor = new TorchTensor(processor, Name, Shape, learns: false);
        processor.Run(() => tensor.Tensor.copy_(gradient));
        tensor.CopyTo(values);
    }

    public void Write(ReadOnlySpan<float> values)
    {
        using var tensor = new TorchTensor(processor, Name, Shape, learns: false);
        tensor.Write(values);
        parameter.Tensor.grad = processor.Run(() => tensor.Tensor.clone().DetachFromDisposeScope());
    }
}
