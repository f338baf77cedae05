using DurableTrainer.Training.Parallel.Async.Replicas;
using DurableTrainer.Training.Parallel.Async.Server;

namespace DurableTrainer.Training.Parallel.Async.Crews;

/// <summary>What a learner works in.</summary>
/// <param name="gradient">What it brings.</param>
/// <param name="samples">What it computes it of.</param>
internal sealed class LearnerMemory(Gradient gradient, BatchSamples samples)
{
    private float[] parameters = [];

    public Gradient Gradient => gradient;

    public BatchSamples Samples => samples;

    /// <summary>The parameters that it was given last, and the state after them.</summary>
    public float[] Parameters => parameters;

    /// <summary>Room for those of a server.</summary>
    public float[] ParametersOf(ParameterServer server) =>
        parameters.Length == server.Length ? parameters : parameters = new float[server.Length];
}
