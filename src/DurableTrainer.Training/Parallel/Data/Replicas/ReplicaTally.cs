namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>What one replica did in an epoch, step by step.</summary>
internal sealed class ReplicaTally
{
    private double lossSum, norms, cosines;
    private long targets, samples;
    private int measured, compared, dropped;

    /// <summary>A step that it took part in.</summary>
    /// <param name="gradient">What it brought.</param>
    /// <param name="norm">Of the gradient of its mean loss; null when no target of it counted.</param>
    /// <param name="cosine">Between that and the sum of the others'; null when there is none.</param>
    /// <param name="isDropped">Whether it was left out.</param>
    public void Add(in ReplicaGradient gradient, double? norm, double? cosine, bool isDropped)
    {
        lossSum += gradient.LossSum;
        targets += gradient.Targets;
        samples += isDropped ? 0 : gradient.Samples;
        dropped += isDropped ? 1 : 0;
        if (norm is { } length)
            (norms, measured) = (norms + length, measured + 1);
        if (cosine is { } angle)
            (cosines, compared) = (cosines + angle, compared + 1);
    }

    /// <summary>Means are left out that are of nothing.</summary>
    public void Write(string id, IDictionary<string, double> metrics)
    {
        metrics[ReplicaMetrics.NameOf(id, ReplicaMetrics.Samples)] = samples;
        metrics[ReplicaMetrics.NameOf(id, ReplicaMetrics.Dropped)] = dropped;
        if (targets > 0)
            metrics[ReplicaMetrics.NameOf(id, ReplicaMetrics.Loss)] = lossSum / targets;
        if (measured > 0)
            metrics[ReplicaMetrics.NameOf(id, ReplicaMetrics.GradientNorm)] = norms / measured;
        if (compared > 0)
            metrics[ReplicaMetrics.NameOf(id, ReplicaMetrics.Agreement)] = cosines / compared;
    }
}
