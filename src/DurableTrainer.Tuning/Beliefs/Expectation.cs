namespace DurableTrainer.Tuning.Beliefs;

/// <summary>What is expected of a target before its own process says anything: a share of what earlier experiments suggest, or nothing.</summary>
internal sealed class Expectation
{
    private readonly TransferredBelief? transferred;
    private readonly double slope;

    private Expectation(TransferredBelief? transferred, double slope)
    {
        this.transferred = transferred;
        this.slope = slope;
    }

    public static Expectation None { get; } = new(null, 0);

    /// <summary>Null when what was seen speaks against it.</summary>
    public static Expectation? From(TransferredBelief transferred, IReadOnlyList<double[]> units, IReadOnlyList<double> targets)
    {
        var slope = TransferredBelief.SlopeOf([.. units.Select(unit => transferred.Expect(unit))], targets);
        return slope > 0 ? new Expectation(transferred, slope) : null;
    }

    public double At(ReadOnlySpan<double> unit) => transferred is null ? 0 : slope * transferred.Expect(unit);

    /// <summary>The same; its derivatives by the coordinates are added to <paramref name="slopes"/>.</summary>
    public double At(ReadOnlySpan<double> unit, Span<double> slopes) => transferred is null ? 0 : slope * transferred.Expect(unit, slope, slopes);
}
