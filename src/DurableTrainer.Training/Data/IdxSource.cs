using System.Security.Cryptography;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Images and labels in two IDX files.</summary>
internal static class IdxSource
{
    public static Dataset Read(IdxDataSpec spec, string baseFolder, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var images = DataFile.Open(spec.Images, baseFolder, hash);
        var imagesHeader = IdxHeader.Read(images);
        if (imagesHeader.Dimensions.Length < 2)
            throw images.Error("the file has one dimension; images need at least two: their number, then their size. Are images and "
                + "labels swapped?");
        var shape = Shape(spec, imagesHeader);
        var bad = new BadItems(spec.OnBadRecord);
        var inputs = ArrayNumbers.Read(images, imagesHeader, spec.Scale, bad, ct);

        // The hash takes the files one after the other, so the second is opened when the first is done.
        using var labels = DataFile.Open(spec.Labels, baseFolder, hash);
        var labelsHeader = IdxHeader.Read(labels);
        if (labelsHeader.Dimensions.Length != 1)
            throw labels.Error($"the file has {labelsHeader.Dimensions.Length} dimensions; labels have one. Are images and labels "
                + "swapped?");
        if (labelsHeader.Dimensions[0] != imagesHeader.Dimensions[0])
            throw labels.Error($"the file has {labelsHeader.Dimensions[0]} labels, but {spec.Images} has {imagesHeader.Dimensions[0]} "
                + "images.");
        var targets = ArrayNumbers.Read(labels, labelsHeader, 1, bad, ct);

        var kept = bad.Kept(targets.Length, spec.Images);
        return new Dataset(
            shape,
            BadItems.Of(inputs, kept, (int)imagesHeader.ItemSize),
            BadItems.Of(targets, kept, 1),
            1,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new ByteOrigins(spec.Labels, labelsHeader.Length, labelsHeader.Element.Size, 1, spec.Images, kept))
        {
            Skipped = bad.Skipped,
        };
    }

    private static int[] Shape(IdxDataSpec spec, ArrayHeader header)
    {
        var own = header.Dimensions[1..];
        return spec.Shape is { } asked
            ? SampleShapes.Check(asked, header.ItemSize, spec.Images, $"each image has {string.Join(" × ", own)} numbers")
            : own.Length == 2 ? [1, .. own] : own;
    }
}
