using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>
/// The weights <c>[filters, channels, taps]</c> of a convolution as its products want them, packed once per change: forward a group's as
/// <c>[channels · taps, filters]</c>.
/// </summary>
internal sealed class ConvolutionWeights
{
    private readonly ModelTensor weight;
    private readonly ThreadTeam team;
    private readonly int groups, filters, channels, taps;
    private readonly PackedCopy forward;
    private readonly PackedCopy? backward;
    private readonly TensorBuffer? ordered;
    private readonly Action<int, int> pack, packBack, writeGradient;
    private TensorBuffer[] sums = [];
    private int usedSums;

    /// <param name="weight">The parameter.</param>
    /// <param name="team">Who packs.</param>
    /// <param name="groups">Groups of channels and filters.</param>
    /// <param name="filters">Filters of one group.</param>
    /// <param name="channels">Channels of one group.</param>
    /// <param name="taps">Places of a window.</param>
    /// <param name="back">How the way back wants them.</param>
    public ConvolutionWeights(ModelTensor weight, ThreadTeam team, int groups, int filters, int channels, int taps, WeightsBack back)
    {
        (this.weight, this.team, this.groups) = (weight, team, groups);
        (this.filters, this.channels, this.taps) = (filters, channels, taps);
        forward = weight.CopyFor("forward", () => OfGroups(WindowSize, filters));
        pack = (group, _) => forward[group].Pack(Group(group).Transposed);
        packBack = back == WeightsBack.ByFilter ? PackByFilter : PackByWindow;
        writeGradient = WriteGradient;
        backward = back switch
        {
            WeightsBack.ByFilter => weight.CopyFor("backward by filter", () => OfGroups(filters * taps, channels)),
            WeightsBack.ByWindow => weight.CopyFor("backward by window", () => OfGroups(filters, WindowSize)),
            _ => null,
        };
        ordered = back == WeightsBack.ByWindow ? new TensorBuffer(weight.Shape.Size) : null;

        PackedMatrix[] OfGroups(int depth, int columns) => [.. Enumerable.Range(0, groups).Select(_ => new PackedMatrix(depth, columns))];
    }

    private int WindowSize => channels * taps;

    /// <summary>About what a copy of a group's weights is worth to a team of threads.</summary>
    private long PackingWork => 10L * filters * WindowSize;

    public PackedMatrix Forward(int group) => forward[group];

    public PackedMatrix Backward(int group) => backward![group];

    public void PackForward()
    {
        if (forward.IsStale(weight))
            team.Run(groups, pack, PackingWork);
    }

    /// <summary>After <see cref="PackForward"/>.</summary>
    public void PackBackward()
    {
        if (backward?.IsStale(weight) == true)
            team.Run(groups, packBack, PackingWork);
    }

    /// <summary>Adds up gradients in the order <c>[groups, channels · taps, filters]</c> and writes them in the parameter's.</summary>
    public void WriteGradient(TensorBuffer[] partialSums, int count)
    {
        (sums, usedSums) = (partialSums, count);
        var values = (long)filters * Math.Min(WindowSize, PackedMatrix.PanelWidth);
        team.Run(groups * PackedMatrix.PanelsOf(WindowSize), writeGradient, 10 * usedSums * values);
    }

    private Matrix Group(int group) => new(weight.Buffer, group * filters * WindowSize, filters, WindowSize, WindowSize);

    /// <summary>As <c>[filters · taps, channels]</c>: for the convolution of the output's gradient that gives the input's.</summary>
    private void PackByFilter(int group, int worker)
    {
        for (var tap = 0; tap < taps; tap++)
            forward[group].TransposeRows(tap, taps, backward![group]);
    }

    /// <summary>As <c>[filters, taps · channels]</c>: for gradients of whole windows, with a place's channels next to each other.</summary>
    private void PackByWindow(int group, int worker)
    {
        for (var filter = group * filters; filter < (group + 1) * filters; filter++)
        {
            Transposition.Write(
                new Matrix(weight.Buffer, filter * WindowSize, channels, taps, taps),
                new Matrix(ordered!, filter * WindowSize, taps, channels, channels));
        }

        backward![group].Pack(new Matrix(ordered!, group * filters * WindowSize, filters, WindowSize, WindowSize));
    }

    private void WriteGradient(int job, int worker)
    {
        var (group, part) = Math.DivRem(job, PackedMatrix.PanelsOf(WindowSize));
        var first = part * PackedMatrix.PanelWidth;
        var rows = Math.Min(PackedMatrix.PanelWidth, WindowSize - first);
        var offset = (group * WindowSize + first) * filters;
        for (var i = 1; i < usedSums; i++)
            Rows.Add(sums[i], offset, sums[0], offset, rows * filters);
        Transposition.Write(
            new Matrix(sums[0], offset, rows, filters, filters),
            new Matrix(weight.GradientBuffer, group * filters * WindowSize + first, filters, rows, WindowSize));
    }
}

/// <summary>How the weights of a convolution are needed on the way back.</summary>
internal enum WeightsBack
{
    NotAtAll,

    /// <summary>As another convolution's, over the gradient of the output.</summary>
    ByFilter,

    /// <summary>As the right operand that gives the gradients of whole windows.</summary>
    ByWindow,
}
