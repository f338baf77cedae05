using System.Buffers.Binary;
using System.Security.Cryptography;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public sealed class IdxTests : IDisposable
{
    private static readonly byte[] Images = [0, 0, 8, 3, .. Number(2), .. Number(2), .. Number(3), 0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6];
    private static readonly byte[] Labels = [0, 0, 8, 1, .. Number(2), 7, 9];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("images", "labels")]
    [InlineData("images.gz", "labels.gz")]
    [InlineData("images.gz", "labels")]
    public void Images_and_labels_in_the_format_of_MNIST_are_read(string images, string labels)
    {
        var data = Read(Images, Labels, new IdxDataSpec { Images = images, Labels = labels, Scale = 1 / 255.0 });

        Assert.Equal([1, 2, 3], data.SampleShape);
        Assert.Equal([0, 0.2f, 0.4f, 0.6f, 0.8f, 1], data.Inputs[..6]);
        Assert.Equal([7, 9], data.Targets);
        byte[] stored = [.. File.ReadAllBytes(Path.Combine(folder.Path, images)), .. File.ReadAllBytes(Path.Combine(folder.Path, labels))];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored)), data.Sha256);
    }

    [Fact]
    public void Floats_and_other_shapes_are_read()
    {
        byte[] images = [0, 0, 0x0d, 2, .. Number(2), .. Number(4), .. Enumerable.Range(0, 8).SelectMany(i => Single(i - 1.5f))];

        var data = Read(images, [0, 0, 0x0d, 1, .. Number(2), .. Single(0.25f), .. Single(-3)], new IdxDataSpec { Images = "i", Labels = "l", Shape = [2, 2], Scale = 2 });

        Assert.Equal([2, 2], data.SampleShape);
        Assert.Equal([-3, -1, 1, 3, 5, 7, 9, 11], data.Inputs);
        Assert.Equal([0.25f, -3], data.Targets);
    }

    [Fact]
    public void Many_floats_are_read_across_the_edges_of_buffers()
    {
        const int count = 40_000;
        var random = Enumerable.Range(0, count * 3).Select(i => i * 0.5f).ToArray();

        var data = Read(
            [0, 0, 0x0d, 2, .. Number(count), .. Number(3), .. random.SelectMany(Single)],
            [0, 0, 8, 1, .. Number(count), .. Enumerable.Range(0, count).Select(i => (byte)i)],
            new IdxDataSpec { Images = "i.gz", Labels = "l.gz" });

        Assert.Equal(random, data.Inputs);
        Assert.Equal([3], data.SampleShape);
    }

    [Fact]
    public void Every_truncation_is_noticed_with_its_offset()
    {
        for (var length = 0; length < Images.Length; length++)
            Assert.Contains(length == 0 ? "is empty" : $"ends at byte {length}, in the middle", Problem(Images[..length], Labels), StringComparison.Ordinal);
        for (var length = 1; length < Labels.Length; length++)
            Assert.StartsWith($"labels: the file ends at byte {length}, in the middle", Problem(Images, Labels[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused_with_what_was_found()
    {
        Assert.StartsWith("images: the file starts with the bytes 312c322c, which is no IDX file", Problem("1,2,3\n"u8.ToArray(), Labels), StringComparison.Ordinal);
        Assert.Contains("Are images and labels swapped?", Problem(Labels, Images), StringComparison.Ordinal);
        Assert.Contains("Are images and labels swapped?", Problem(Images, Images), StringComparison.Ordinal);
        Assert.Equal("labels: the file has 3 labels, but images has 2 images.", Problem(Images, [0, 0, 8, 1, .. Number(3), 1, 2, 3]));
        Assert.StartsWith("images: the file goes on after byte 28", Problem([.. Images, 0], Labels), StringComparison.Ordinal);
        Assert.StartsWith("images: dimension 2 (byte 8) is 0", Problem([0, 0, 8, 3, .. Number(2), .. Number(0), .. Number(3)], Labels), StringComparison.Ordinal);
        Assert.StartsWith("images: the number at byte 12 is not finite", Problem([0, 0, 0x0d, 2, .. Number(1), .. Number(1), .. Single(float.NaN)], Labels), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_claims_more_than_follows_costs_no_memory()
    {
        byte[] images = [0, 0, 8, 2, .. Number(2_000_000_000), .. Number(1), 1, 2, 3];

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("the file ends at byte 15, in the middle of item 3 of 2000000000", Problem(images, Labels), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
        Assert.Contains("may give up to", Problem([0, 0, 8, 2, .. Number(-1), .. Number(-1)], Labels), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_is_no_class_is_named_with_its_byte()
    {
        var e = Assert.Throws<DataException>(() => Read(Images, Labels, new IdxDataSpec { Images = "images", Labels = "labels" }).RequireClasses(9));

        Assert.Equal("labels: label 9 in item 1 (byte 9) is out of range; the model has 9 outputs, so labels go from 0 to 8.", e.Message);
    }

    [Fact]
    public void An_input_that_no_embedding_can_look_up_is_named_with_its_item()
    {
        var data = Read(Images, Labels, new IdxDataSpec { Images = "images", Labels = "labels" });

        var e = Assert.Throws<DataException>(() => data.RequireIndices(2));

        Assert.Matches(@"^images: input \d+ in item \d+ is \d+, out of range; the model's embedding has a vocabulary of 2, so inputs go from 0 to 1\.$", e.Message);
    }

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Single(float number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, number);
        return bytes;
    }

    private Dataset Read(byte[] images, byte[] labels, IdxDataSpec spec)
    {
        folder.Write(spec.Images, images);
        folder.Write(spec.Labels, labels);
        return DatasetReader.Read(spec, folder.Path);
    }

    private string Problem(byte[] images, byte[] labels) =>
        Assert.Throws<DataException>(() => Read(images, labels, new IdxDataSpec { Images = "images", Labels = "labels" })).Message;
}
