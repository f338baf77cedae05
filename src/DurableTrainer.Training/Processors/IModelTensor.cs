using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Processors;

/// <summary>A tensor that training changes, in the memory of a processor. Values go in and out row by row, as 32-bit floats.</summary>
public interface IModelTensor
{
    /// <summary>Its path, which is also its key in a checkpoint.</summary>
    string Name { get; }

    Shape Shape { get; }

    /// <param name="values">Gets all of them.</param>
    /// <exception cref="ArgumentException">It has less room than the shape has values.</exception>
    void CopyTo(Span<float> values);

    /// <param name="values">All of them.</param>
    /// <exception cref="ArgumentException">Not as many as the shape has.</exception>
    void Write(ReadOnlySpan<float> values);
}
