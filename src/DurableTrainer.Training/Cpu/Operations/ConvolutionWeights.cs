using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// The weights <c>[filters, channels, taps]</c> of a convolution as its products want them: a group's as <c>[taps · channels, filters]</c>
/// forward and transposed backward, packed once per change.
/// </summary>
internal sealed class ConvolutionWeights
{
    private readonly ModelTensor weight;
    private readonly int groups, filters, channels, taps;
    private readonly TensorBuffer ordered;
    private readonly PackedMatrix[] forward;
    private readonly PackedMatrix[] backward;
    private int version;

    /// <param name="weight">The parameter.</param>
    /// <param name="groups">Groups of channels and filters.</param>
    /// <param name="filters">Filters of one group.</param>
    /// <param name="channels">Channels of one group.</param>
    /// <param name="taps">Places of a window.</param>
    /// <param name="hasWayBack">Whether the transposed weights are wanted.</param>
    public ConvolutionWeights(ModelTensor weight, int groups, int filters, int channels, int taps, bool hasWayBack)
    {
        (this.weight, this.groups, this.filters, this.channels, this.taps) = (weight, groups, filters, channels, taps);
        ordered = new TensorBuffer(weight.Shape.Size);
        forward = [.. Enumerable.Range(0, groups).Select(_ => new PackedMatrix(taps * channels, filters))];
        backward = hasWayBack ? [.. Enumerable.Range(0, groups).Select(_ => new PackedMatrix(filters, taps * channels))] : [];
    }

    public PackedMatrix Forward(int group) => forward[group];

    public PackedMatrix Backward(int group) => backward[group];

    public void Pack()
    {
        if (version == weight.Version)
            return;
        version = weight.Version;
        var from = weight.Values;
        var to = ordered.Span;
        for (var filter = 0; filter < groups * filters; filter++)
        {
            var group = filter / filters;
            var target = group * filters * channels * taps + filter % filters;
            for (var channel = 0; channel < channels; channel++)
            {
                for (var tap = 0; tap < taps; tap++)
                    to[target + (tap * channels + channel) * filters] = from[(filter * channels + channel) * taps + tap];
            }
        }

        for (var group = 0; group < groups; group++)
        {
            var matrix = new Matrix(ordered, group * filters * channels * taps, taps * channels, filters, filters);
            forward[group].Pack(matrix);
            if (backward.Length > 0)
                backward[group].Pack(matrix.Transposed);
        }
    }

    /// <summary>Adds up gradients in the order <c>[groups, taps · channels, filters]</c> and writes them in the parameter's.</summary>
    public void WriteGradient(ReadOnlySpan<TensorBuffer> sums)
    {
        for (var i = 1; i < sums.Length; i++)
        {
            for (var job = 0; job < Pointwise.Jobs(sums[0].Length); job++)
                Pointwise.Add(sums[0], sums[i], sums[0], sums[0].Length, job);
        }

        Span<float> from = sums[0].Span, to = weight.GradientBuffer.Span;
        for (var filter = 0; filter < groups * filters; filter++)
        {
            var group = filter / filters;
            var source = group * filters * channels * taps + filter % filters;
            for (var channel = 0; channel < channels; channel++)
            {
                for (var tap = 0; tap < taps; tap++)
                    to[(filter * channels + channel) * taps + tap] = from[source + (tap * channels + channel) * filters];
            }
        }
    }
}
