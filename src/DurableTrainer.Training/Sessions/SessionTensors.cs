using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Optimizers;

namespace DurableTrainer.Training.Sessions;

/// <summary>Everything that a step changes, to be copied aside and back, and out and in.</summary>
internal sealed class SessionTensors(ModelTensors model, Optimizer optimizer)
{
    private readonly float[][] aside =
        [.. model.Parameters.Concat(model.State).Select(tensor => new float[tensor.Buffer.Length]),
         .. optimizer.State.Select(tensor => new float[tensor.Buffer.Length])];

    public void CopyAside()
    {
        var next = 0;
        foreach (var tensor in model.Parameters.Concat(model.State))
            tensor.Values.CopyTo(aside[next++]);
        foreach (var tensor in optimizer.State)
            tensor.Buffer.Span.CopyTo(aside[next++]);
    }

    public void CopyBack()
    {
        var next = 0;
        foreach (var tensor in model.Parameters.Concat(model.State))
            tensor.Write(aside[next++]);
        foreach (var tensor in optimizer.State)
            aside[next++].CopyTo(tensor.Buffer.Span);
    }

    public IReadOnlyList<NamedTensor> CaptureParameters() => [.. model.Parameters.Select(Named)];

    public IReadOnlyList<NamedTensor> CaptureState() => [.. model.State.Select(Named)];

    public IReadOnlyList<NamedTensor> CaptureOptimizer() =>
        [.. optimizer.State.Select(tensor => new NamedTensor(tensor.Name, [.. tensor.Parameter.Shape], tensor.Buffer.Span.ToArray()))];

    /// <exception cref="CheckpointException">The checkpoint is of another model.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        var parameters = Matched(checkpoint.Parameters, model.Parameters);
        var state = Matched(checkpoint.State, model.State);
        foreach (var (tensor, values) in parameters.Concat(state))
            tensor.Write(values);
        RestoreOptimizer(checkpoint.Optimizer);
    }

    public void RestoreOptimizer(IReadOnlyList<NamedTensor> tensors)
    {
        var saved = tensors.ToDictionary(tensor => tensor.Name);
        foreach (var tensor in optimizer.State)
        {
            // A checkpoint from before a change of settings may lack a tensor; then it starts as in a new trial.
            if (saved.TryGetValue(tensor.Name, out var found) && found.Values.Length == tensor.Buffer.Length)
                found.Values.CopyTo(tensor.Buffer.Span);
            else
                tensor.Buffer.Span.Clear();
        }
    }

    private static NamedTensor Named(ModelTensor tensor) => new(tensor.Name, [.. tensor.Shape], tensor.Values.ToArray());

    private static List<(ModelTensor Tensor, float[] Values)> Matched(IReadOnlyList<NamedTensor> saved, IReadOnlyList<ModelTensor> tensors)
    {
        var byName = saved.ToDictionary(tensor => tensor.Name);
        var matched = new List<(ModelTensor, float[])>();
        foreach (var tensor in tensors)
        {
            if (!byName.Remove(tensor.Name, out var found))
                throw new CheckpointException($"The checkpoint is of another model: it has no '{tensor.Name}'.");
            if (!tensor.Shape.SequenceEqual(found.Shape))
            {
                throw new CheckpointException(
                    $"The checkpoint is of another model: its '{tensor.Name}' is [{string.Join(", ", found.Shape)}], not {tensor.Shape}.");
            }

            matched.Add((tensor, found.Values));
        }

        if (byName.Count > 0)
            throw new CheckpointException($"The checkpoint is of another model: this one has no '{byName.Keys.First()}'.");
        return matched;
    }
}
