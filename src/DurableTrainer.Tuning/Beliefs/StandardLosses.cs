namespace DurableTrainer.Tuning.Beliefs;

/// <summary>Losses as a model wants them: warped, with mean 0 and deviation 1.</summary>
internal sealed class StandardLosses
{
    public StandardLosses(IReadOnlyList<double> losses)
    {
        var warping = new Warping(losses);
        double[] warped = [.. losses.Select(loss => warping[loss])];
        var mean = warped.Average();
        var deviation = Math.Sqrt(warped.Average(value => (value - mean) * (value - mean)));
        Targets = Array.ConvertAll(warped, value => deviation > 0 ? (value - mean) / deviation : 0);
    }

    /// <summary>By loss.</summary>
    public IReadOnlyList<double> Targets { get; }
}
