using DurableTrainer.Training.Checkpoints;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Sessions;

/// <summary>Everything that a step changes, to be copied aside and back, and out and in.</summary>
internal sealed class SessionTensors
{
    private readonly float[][] aside;
    private ICompiledModel model;

    public SessionTensors(ICompiledModel model)
    {
        this.model = model;
        aside = [.. All.Select(tensor => new float[tensor.Shape.Size])];
    }

    private IEnumerable<IModelTensor> All => model.Parameters.Concat(model.State).Concat(model.OptimizerState);

    /// <summary>Gives the model the values that it starts with. Comes before anything is copied aside.</summary>
    public void Initialize(Graph graph, long seed, int trial)
    {
        foreach (var (declaration, values) in graph.Parameters.Concat(graph.State).Zip(aside))
            declaration.Fill(values, seed, trial);
        CopyBack();
    }

    public void CopyAside()
    {
        foreach (var (tensor, values) in All.Zip(aside))
            tensor.CopyTo(values);
    }

    public void CopyBack()
    {
        foreach (var (tensor, values) in All.Zip(aside))
            tensor.Write(values);
    }

    /// <summary>From here on those of a model that was compiled again, with the values that were copied aside.</summary>
    public void MoveTo(ICompiledModel next)
    {
        model = next;
        CopyBack();
    }

    public IReadOnlyList<NamedTensor> CaptureParameters() => [.. model.Parameters.Select(Named)];

    public IReadOnlyList<NamedTensor> CaptureState() => [.. model.State.Select(Named)];

    public IReadOnlyList<NamedTensor> CaptureOptimizer() => [.. model.OptimizerState.Select(Named)];

    /// <exception cref="CheckpointException">The checkpoint is of another model.</exception>
    public void Restore(Checkpoint checkpoint)
    {
        var parameters = Matched(checkpoint.Parameters, model.Parameters);
        var state = Matched(checkpoint.State, model.State);
        foreach (var (tensor, values) in parameters.Concat(state))
            tensor.Write(values);
        var saved = checkpoint.Optimizer.ToDictionary(tensor => tensor.Name);
        foreach (var tensor in model.OptimizerState)
        {
            // A checkpoint from before a change of settings may lack a tensor; then it starts as in a new trial.
            var fits = saved.TryGetValue(tensor.Name, out var found) && found.Values.Length == tensor.Shape.Size;
            tensor.Write(fits ? found!.Values : new float[tensor.Shape.Size]);
        }
    }

    private static NamedTensor Named(IModelTensor tensor)
    {
        var values = new float[tensor.Shape.Size];
        tensor.CopyTo(values);
        return new NamedTensor(tensor.Name, [.. tensor.Shape], values);
    }

    private static List<(IModelTensor Tensor, float[] Values)> Matched(
        IReadOnlyList<NamedTensor> saved, IReadOnlyList<IModelTensor> tensors)
    {
        var byName = saved.ToDictionary(tensor => tensor.Name);
        var matched = new List<(IModelTensor, float[])>();
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
