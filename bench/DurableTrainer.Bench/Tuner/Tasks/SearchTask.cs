using DurableTrainer.Core.Space;

namespace DurableTrainer.Bench.Tuner.Tasks;

/// <summary>Something to minimise whose best value is known.</summary>
internal sealed record SearchTask
{
    public required string Name { get; init; }

    /// <summary>What kind of difficulty it stands for.</summary>
    public required string Family { get; init; }

    public required IReadOnlyList<Parameter> Space { get; init; }

    public IReadOnlyList<string> Constraints { get; init; } = [];

    /// <summary>The true value of a point, without noise.</summary>
    public required Func<Point, double> Value { get; init; }

    /// <summary>The least true value that a point has which does not fail.</summary>
    public required double Optimum { get; init; }

    /// <summary>Standard deviation of the Gaussian noise in what a tuner is told.</summary>
    public double Noise { get; init; }

    /// <summary>Whether a trial of this point ends without a value.</summary>
    public Func<Point, bool> Fails { get; init; } = _ => false;

    public override string ToString() => Name;
}
