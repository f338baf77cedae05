using System.Diagnostics;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Reads the samples that a spec names.</summary>
public static class DatasetReader
{
    /// <param name="spec">Where the samples come from.</param>
    /// <param name="baseFolder">The folder that relative paths start from: that of the spec's file, or a server's data root.</param>
    /// <param name="ct">Ends the reading early.</param>
    /// <exception cref="DataException">A file is missing, or holds something that is not a sample.</exception>
    public static Dataset Read(DataSpec spec, string baseFolder, CancellationToken ct = default) => spec switch
    {
        CsvDataSpec csv => CsvSource.Read(csv, baseFolder, ct),
        IdxDataSpec idx => IdxSource.Read(idx, baseFolder, ct),
        TextDataSpec text => TextSource.Read(text, baseFolder, ct),
        Cifar10DataSpec cifar10 => Cifar10Source.Read(cifar10, baseFolder, ct),
        NpyDataSpec npy => NpySource.Read(npy, baseFolder, ct),
        SyntheticDataSpec synthetic => SyntheticSource.Make(synthetic, ct),
        _ => throw new UnreachableException($"No source reads {spec.GetType().Name}."),
    };
}
