using System.Runtime.CompilerServices;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>How a tile goes from one column of A to the next, the same in all its rows.</summary>
internal interface IColumnSteps<TSelf>
    where TSelf : struct, IColumnSteps<TSelf>
{
    static abstract TSelf Start(in TileWork work);

    /// <summary>Offset of the next column in a row.</summary>
    nint Next();
}

internal struct EvenSteps : IColumnSteps<EvenSteps>
{
    private nint offset;
    private nint step;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EvenSteps Start(in TileWork work) => new() { step = work.AColumn };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Next()
    {
        var next = offset;
        offset += step;
        return next;
    }
}

internal unsafe struct ListedSteps : IColumnSteps<ListedSteps>
{
    private int* list;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ListedSteps Start(in TileWork work) => new() { list = work.ColumnOffsets };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Next() => *list++;
}
