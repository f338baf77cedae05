using System.Security.Cryptography;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Inputs and targets in two NumPy arrays.</summary>
internal static class NpySource
{
    public static Dataset Read(NpyDataSpec spec, string baseFolder, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var features = DataFile.Open(spec.Features, baseFolder, hash);
        var featuresHeader = NpyHeader.Read(features);
        var shape = Shape(spec, featuresHeader);
        var bad = new BadItems(spec.OnBadRecord);
        var inputs = ArrayNumbers.Read(features, featuresHeader, spec.Scale, bad, ct);

        // The hash takes the files one after the other, so the second is opened when the first is done.
        using var labels = DataFile.Open(spec.Labels, baseFolder, hash);
        var labelsHeader = NpyHeader.Read(labels);
        if (labelsHeader.Dimensions.Length > 2)
            throw labels.Error($"the array has {labelsHeader.Dimensions.Length} dimensions; labels have one, or two with several targets for each "
                + "sample. Are features and labels swapped?");
        if (labelsHeader.Dimensions[0] != featuresHeader.Dimensions[0])
            throw labels.Error($"the array has labels for {labelsHeader.Dimensions[0]} samples, but {spec.Features} has "
                + $"{featuresHeader.Dimensions[0]}.");
        var targets = ArrayNumbers.Read(labels, labelsHeader, 1, bad, ct);

        var kept = bad.Kept(labelsHeader.Dimensions[0], spec.Features);
        var targetSize = (int)labelsHeader.ItemSize;
        return new Dataset(
            shape,
            BadItems.Of(inputs, kept, (int)featuresHeader.ItemSize),
            BadItems.Of(targets, kept, targetSize),
            targetSize,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new ByteOrigins(spec.Labels, labelsHeader.Length, labelsHeader.Element.Size, targetSize, spec.Features, kept))
        {
            Skipped = bad.Skipped,
        };
    }

    private static int[] Shape(NpyDataSpec spec, ArrayHeader header)
    {
        // An array of one dimension has one number for each sample.
        int[] own = header.Dimensions.Length == 1 ? [1] : header.Dimensions[1..];
        return spec.Shape is { } asked
            ? SampleShapes.Check(asked, header.ItemSize, spec.Features, $"each sample of the array has {string.Join(" × ", own)} numbers")
            : own;
    }
}
