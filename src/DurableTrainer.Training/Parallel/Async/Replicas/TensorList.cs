using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>Tensors as one row of numbers, one after the other.</summary>
internal sealed class TensorList(params IEnumerable<IModelTensor> tensors)
{
    private readonly IModelTensor[] tensors = [.. tensors];

    /// <summary>Numbers in all.</summary>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public int Length { get; } = checked((int)tensors.Sum(tensor => tensor.Shape.Size));

    public void CopyTo(Span<float> values)
    {
        foreach (var tensor in tensors)
        {
            var size = (int)tensor.Shape.Size;
            tensor.CopyTo(values[..size]);
            values = values[size..];
        }
    }

    public void Write(ReadOnlySpan<float> values)
    {
        foreach (var tensor in tensors)
        {
            var size = (int)tensor.Shape.Size;
            tensor.Write(values[..size]);
            values = values[size..];
        }
    }
}
