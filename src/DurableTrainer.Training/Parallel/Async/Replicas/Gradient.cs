namespace DurableTrainer.Training.Parallel.Async.Replicas;

/// <summary>What a learner computes of a batch, in memory that is used again for the next.</summary>
/// <param name="sizes">Of the model.</param>
/// <param name="batch">The most samples of a batch.</param>
internal sealed class Gradient(ModelSizes sizes, int batch)
{
    /// <summary>Of the mean loss with respect to every parameter, in the order of the graph.</summary>
    public float[] Values { get; } = new float[sizes.Parameters];

    /// <summary>What operations carry from step to step, as it is after this one.</summary>
    public float[] State { get; } = new float[sizes.State];

    /// <summary><c>[count, …output]</c>; what follows is of an earlier batch.</summary>
    public float[] Output { get; } = new float[checked(sizes.Output * batch)];

    /// <summary>Of the batch alone.</summary>
    public Span<float> Outputs => Output.AsSpan(0, Count * sizes.Output);

    /// <summary>Samples of the batch.</summary>
    public int Count { get; set; }

    /// <summary>The sum of the losses of the targets that count.</summary>
    public double LossSum { get; set; }

    /// <summary>The norm of the gradient before it was clipped; null where it is not.</summary>
    public double? Norm { get; set; }

    /// <summary>Whether anything can be learned from it.</summary>
    public bool IsFinite
    {
        get
        {
            if (!double.IsFinite(LossSum) || !double.IsFinite(Norm ?? 0))
                return false;
            // A sum over 64 bits is finite when all of its 32-bit terms are, and is not when one is not.
            var sum = 0.0;
            foreach (var value in Values)
                sum += value;
            return double.IsFinite(sum);
        }
    }
}
