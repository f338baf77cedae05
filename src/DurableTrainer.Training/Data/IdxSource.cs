using System.Buffers.Binary;
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
        var inputs = ReadNumbers(images, imagesHeader, spec.Scale, ct);

        // The hash takes the files one after the other, so the second is opened when the first is done.
        using var labels = DataFile.Open(spec.Labels, baseFolder, hash);
        var labelsHeader = IdxHeader.Read(labels);
        if (labelsHeader.Dimensions.Length != 1)
            throw labels.Error($"the file has {labelsHeader.Dimensions.Length} dimensions; labels have one. Are images and labels "
                + "swapped?");
        if (labelsHeader.Dimensions[0] != imagesHeader.Dimensions[0])
            throw labels.Error($"the file has {labelsHeader.Dimensions[0]} labels, but {spec.Images} has {imagesHeader.Dimensions[0]} "
                + "images.");
        var targets = ReadNumbers(labels, labelsHeader, 1, ct);

        return new Dataset(
            shape,
            inputs,
            targets,
            1,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new ByteOrigins(spec.Labels, labelsHeader.Length, labelsHeader.ElementSize, spec.Images));
    }

    private static int[] Shape(IdxDataSpec spec, IdxHeader header)
    {
        var own = header.Dimensions[1..];
        return spec.Shape is { } asked
            ? SampleShapes.Check(asked, header.ItemSize, spec.Images, $"each image has {string.Join(" × ", own)} numbers")
            : own.Length == 2 ? [1, .. own] : own;
    }

    private static float[] ReadNumbers(DataFile file, IdxHeader header, double scale, CancellationToken ct)
    {
        var numbers = new FloatBuffer(file);
        var total = header.Dimensions[0] * header.ItemSize;
        var bytes = new byte[1 << 16];
        var held = 0;
        while (numbers.Count < total)
        {
            ct.ThrowIfCancellationRequested();
            var room = (int)Math.Min(bytes.Length, (total - numbers.Count) * header.ElementSize);
            var count = file.Read(bytes.AsSpan(held, room - held));
            if (count == 0)
            {
                var found = header.Length + (long)numbers.Count * header.ElementSize + held;
                throw file.Error($"the file ends at byte {found}, in the middle of item {numbers.Count / header.ItemSize} of "
                    + $"{header.Dimensions[0]}; its header asks for {header.Length + total * header.ElementSize} bytes.");
            }

            held += count;
            var whole = held - held % header.ElementSize;
            for (var at = 0; at < whole; at += header.ElementSize)
                numbers.Add(Number(file, header, bytes.AsSpan(at, header.ElementSize), scale, numbers.Count));
            bytes.AsSpan(whole, held - whole).CopyTo(bytes);
            held -= whole;
        }

        if (file.Read(bytes.AsSpan(0, 1)) > 0)
            throw file.Error($"the file goes on after byte {header.Length + total * header.ElementSize}, where its header says that it "
                + "ends.");
        file.HashRest();
        return numbers.ToArray();
    }

    private static float Number(DataFile file, IdxHeader header, ReadOnlySpan<byte> bytes, double scale, int index)
    {
        var number = (float)((header.ElementSize == 1 ? bytes[0] : BinaryPrimitives.ReadSingleBigEndian(bytes)) * scale);
        return float.IsFinite(number)
            ? number
            : throw file.Error($"the number at byte {header.Length + (long)index * header.ElementSize} is not finite, or too large for "
                + "32 bits after scaling.");
    }
}
