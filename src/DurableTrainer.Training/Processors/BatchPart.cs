namespace DurableTrainer.Training.Processors;

/// <summary>What part of a batch the samples of a pass are, where the batch takes several.</summary>
/// <param name="offset">Samples of the batch before it.</param>
/// <param name="weight">
/// What its mean loss counts for in that of the batch: the share of the batch's targets that it has, of those that count.
/// </param>
internal class BatchPart(int offset, double weight)
{
    public int Offset => offset;

    /// <summary>Multiplies the gradient of this part's mean loss by what it counts for.</summary>
    public void Weigh(Span<float> gradient)
    {
        if (weight == 1)
            return;
        foreach (ref var value in gradient)
            value *= (float)weight;
    }
}
