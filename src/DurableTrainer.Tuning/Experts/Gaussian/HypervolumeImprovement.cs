using DurableTrainer.Tuning.Sampling;
using DurableTrainer.Tuning.Beliefs;
using DurableTrainer.Tuning.Costs;
using DurableTrainer.Tuning.History;
using DurableTrainer.Tuning.Pareto;
using MathNet.Numerics.Distributions;

namespace DurableTrainer.Tuning.Experts.Gaussian;

/// <summary>
/// The expected growth of the volume below the Pareto front, over the same evenly spread draws of the objectives for every point (Daulton,
/// Balandat and Bakshy, Differentiable Expected Hypervolume Improvement, NeurIPS 2020), times the probability that the point can be tried.
/// </summary>
internal sealed class HypervolumeImprovement : Acquisition
{
    private const int Draws = 16;

    /// <summary>Beside the volume of a whole front of about 1, so small that it only orders points without any hope.</summary>
    private const double Hopeless = 1e-12;

    private readonly UnitSpace space;
    private readonly LimitMask? mask;
    private readonly Belief belief;
    private readonly double[][] draws;
    private readonly List<double[]> front;
    private readonly double[] reference;

    public HypervolumeImprovement(SearchHistory history, Belief belief)
    {
        (space, mask) = (history.Space, history.Mask);
        this.belief = belief;
        var seen = Enumerable.Range(0, history.Observations.Count)
            .Select(i => belief.Objectives.Select(objective => objective.Means[i]).ToArray())
            .ToList();
        reference = ReferencePoint.Of(seen)!;
        front = [.. Dominance.Front(seen).Select(i => seen[i]).OrderBy(point => point[0])];
        var sequence = new SobolSequence(belief.Objectives.Count, history.Settings.Seed);
        draws = [.. Enumerable.Range(0, Draws).Select(i => Draw(sequence, (uint)i))];
    }

    public override double At(ReadOnlySpan<double> unit)
    {
        if (!space.Satisfies(unit) || mask?.IsSafe(unit) is false)
            return double.NegativeInfinity;
        Span<(double Mean, double Deviation)> beliefs = new (double, double)[reference.Length];
        for (var i = 0; i < beliefs.Length; i++)
            beliefs[i] = belief.Objectives[i].Predict(unit);

        var (gain, hope) = (0.0, 0.0);
        var imagined = new double[reference.Length];
        foreach (var draw in draws)
        {
            for (var i = 0; i < imagined.Length; i++)
                imagined[i] = beliefs[i].Mean + beliefs[i].Deviation * draw[i];
            gain += Hypervolume.Improvement(front, imagined, reference) / Draws;
            hope += imagined.Sum() / Draws;
        }

        return Math.Log(gain + Hopeless * Math.Exp(-Math.Clamp(hope, -20, 20)))
            + (belief.Feasibility?.LogProbability(unit) ?? 0) + (mask?.LogProbability(unit) ?? 0);
    }

    /// <summary>By differences: a front has corners, and a few more looks cost little beside a model of every objective.</summary>
    public override double At(ReadOnlySpan<double> unit, Span<double> gradient)
    {
        const double Step = 1e-4;
        var value = At(unit);
        var moved = unit.ToArray();
        for (var i = 0; i < unit.Length; i++)
        {
            gradient[i] = 0;
            if (space.Levels[i] > 0 || double.IsNaN(unit[i]) || double.IsNegativeInfinity(value))
                continue;
            var step = unit[i] < 0.5 ? Step : -Step;
            moved[i] = unit[i] + step;
            gradient[i] = (At(moved) - value) / step;
            moved[i] = unit[i];
            if (!double.IsFinite(gradient[i]))
                gradient[i] = 0;
        }

        return value;
    }

    private static double[] Draw(SobolSequence sequence, uint index)
    {
        var draw = new double[sequence.Dimensions];
        sequence.At(index, draw);
        return Array.ConvertAll(draw, uniform => Normal.InvCDF(0, 1, Math.Clamp(uniform, 1e-6, 1 - 1e-6)));
    }
}
