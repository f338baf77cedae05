namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Between <c>[channels, height, width]</c> and <c>[height, width, channels]</c>, sample by sample.</summary>
internal sealed class CpuLayoutChange : CpuOperation
{
    private readonly Placement place;
    private readonly Action<int, int> forward, backward;

    public CpuLayoutChange(Placement place)
    {
        this.place = place;
        var (channels, size) = (place.Input.Shape[0], place.Input.Size);
        var (rows, columns) = place.Output.Layout == Layout.ChannelsLast ? (channels, size / channels) : (size / channels, channels);
        forward = (sample, _) => Transpose(
            place.X.Span.Slice(sample * size, size), rows, columns, place.Y.Span.Slice(sample * size, size));
        backward = (sample, _) => Transpose(
            place.OutputGradient.Span.Slice(sample * size, size), columns, rows, place.InputGradient!.Span.Slice(sample * size, size));
    }

    public override Kept Kept => Kept.None;

    public override void Forward(in Pass pass) => place.Team.Run(pass.Count, forward);

    public override void BackwardInputs(in Pass pass)
    {
        if (place.InputGradient is not null)
            place.Team.Run(pass.Count, backward);
    }

    private static void Transpose(ReadOnlySpan<float> from, int rows, int columns, Span<float> to)
    {
        for (var row = 0; row < rows; row++)
        {
            var source = from.Slice(row * columns, columns);
            for (var column = 0; column < source.Length; column++)
                to[column * rows + row] = source[column];
        }
    }
}
