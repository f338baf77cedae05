namespace DurableTrainer.Tuning.Models;

/// <summary>
/// The correlation of the objective at two points: a share for what each parameter does by itself (the mean over the parameters of a
/// Matérn correlation in one of them; Duvenaud, Nickisch and Rasmussen, Additive Gaussian Processes, NeurIPS 2011), the rest for what they
/// do together (Matérn with a length scale each). Values without an order differ by 1 or not at all.
/// </summary>
internal sealed class Kernel
{
    /// <summary>
    /// For so many points at most, what is computed on the way lies on the stack: on the heap it would push what it is computed from out of the
    /// processor's cache.
    /// </summary>
    public const int OnStack = 512;

    /// <summary>Coordinates that are nearer than this are those of the same value.</summary>
    private const double SmallestDifference = 1e-9;

    private readonly bool[] isChoice;
    private readonly double[][] columns;
    private readonly double[] jointWeights;
    private readonly double[] ownWeights;
    private readonly double share;

    /// <param name="isChoice">Which parameters have no order.</param>
    /// <param name="points">The points that others are compared with.</param>
    /// <param name="parameters">As in <see cref="KernelParameters"/>.</param>
    public Kernel(bool[] isChoice, IReadOnlyList<double[]> points, ReadOnlySpan<double> parameters)
    {
        this.isChoice = isChoice;
        Count = points.Count;
        columns = [.. isChoice.Select((_, i) => points.Select(point => point[i]).ToArray())];
        jointWeights = new double[isChoice.Length];
        ownWeights = new double[isChoice.Length];
        for (var i = 0; i < isChoice.Length; i++)
        {
            jointWeights[i] = KernelParameters.JointWeight(parameters, i);
            ownWeights[i] = KernelParameters.OwnWeight(parameters, i);
        }

        share = KernelParameters.ShareOf(parameters);
    }

    /// <summary>How many points others are compared with.</summary>
    public int Count { get; }

    /// <summary>Correlations of a point with the first points of all, as many as <paramref name="correlations"/> has room for.</summary>
    public void Compare(ReadOnlySpan<double> point, Span<double> correlations)
    {
        var count = correlations.Length;
        var space = count <= OnStack ? stackalloc double[2 * count] : new double[2 * count];
        Span<double> joint = space[..count], differ = space[count..];
        var own = share / isChoice.Length;
        joint.Clear();
        correlations.Clear();
        for (var i = 0; i < isChoice.Length; i++)
        {
            var column = columns[i].AsSpan(0, count);
            if (!isChoice[i])
            {
                Matern.AddAlong(column, point[i], ownWeights[i], own, correlations, jointWeights[i], joint);
                continue;
            }

            // The correlation has but two values: 1 where nothing differs, and this.
            Vectors.Differ(column, point[i], SmallestDifference, differ);
            Vectors.AddScaled(joint, differ, jointWeights[i]);
            Vectors.AddScaled(correlations, differ, own * (Matern.Of(ownWeights[i]) - 1));
            Vectors.Add(correlations, own);
        }

        Matern.Add(joint, 1 - share, correlations);
    }

    /// <summary>Correlations of a point with all, and their derivatives by its coordinates: <paramref name="slopes"/>[dimension][point].</summary>
    public void Compare(ReadOnlySpan<double> point, Span<double> correlations, double[][] slopes)
    {
        var space = Count <= OnStack ? stackalloc double[3 * Count] : new double[3 * Count];
        Span<double> joint = space[..Count], jointSlopes = space[Count..(2 * Count)], distances = space[(2 * Count)..];
        joint.Clear();
        correlations.Clear();
        for (var i = 0; i < isChoice.Length; i++)
        {
            if (isChoice[i])
                Vectors.Differ(columns[i], point[i], SmallestDifference, distances);
            else
                Vectors.Distances(columns[i], point[i], distances);
            Matern.Add(distances, ownWeights[i], share / isChoice.Length, correlations, slopes[i]);
            Vectors.AddSquares(joint, distances, jointWeights[i]);
        }

        Matern.Apply(joint, jointSlopes);
        Vectors.AddScaled(correlations, joint, 1 - share);
        for (var i = 0; i < isChoice.Length; i++)
        {
            var (own, together) = (share / isChoice.Length * ownWeights[i], (1 - share) * jointWeights[i]);
            for (var a = 0; a < Count; a++)
                slopes[i][a] = isChoice[i] ? 0 : -(own * slopes[i][a] + together * jointSlopes[a]) * (point[i] - columns[i][a]);
        }
    }

    public static double SquaredDifference(bool isChoice, double a, double b)
    {
        var difference = a - b;
        return !isChoice ? difference * difference : Math.Abs(difference) > SmallestDifference ? 1 : 0;
    }
}
