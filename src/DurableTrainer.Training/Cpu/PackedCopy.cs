using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Cpu;

/// <summary>
/// A parameter's values as products want them, shared by all that is compiled on the parameter: training, evaluation, and the micro-batches
/// that are in flight. They are packed again when and only when the values have changed.
/// </summary>
internal sealed class PackedCopy(PackedMatrix[] matrices)
{
    private int version;

    /// <summary>The parameter, or one group of it.</summary>
    public PackedMatrix this[int group] => matrices[group];

    /// <summary>Whether the values have changed since this was asked before; then they are to be packed now.</summary>
    public bool IsStale(ModelTensor parameter)
    {
        var isStale = version != parameter.Version;
        version = parameter.Version;
        return isStale;
    }
}
