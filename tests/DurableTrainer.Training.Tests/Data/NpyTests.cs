using System.Buffers.Binary;
using System.Text;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Arrays_of_every_version_are_read(byte version)
    {
        var data = Read(
            Array("<f4", "(2, 1, 2)", [.. Singles(0.5f, -1, 2, 3)], version),
            Array("<i8", "(2,)", [.. Longs(7, 9)], version),
            new NpyDataSpec { Features = "x.npy", Labels = "y.npy", Scale = 2 });

        Assert.Equal([1, 2], data.SampleShape);
        Assert.Equal([1, -2, 4, 6], data.Inputs);
        Assert.Equal([7, 9], data.Targets);
    }

    [Theory]
    [InlineData("|b1", "01 00", 1, 0)]
    [InlineData("|u1", "ff 02", 255, 2)]
    [InlineData("|i1", "ff 02", -1, 2)]
    [InlineData("<u2", "0102 ffff", 513, 65535)]
    [InlineData(">i2", "0102 ffff", 258, -1)]
    [InlineData("<i4", "01000000 feffffff", 1, -2)]
    [InlineData(">u4", "00000001 00010000", 1, 65536)]
    [InlineData("<u8", "0100000000000000 0000000001000000", 1, 4294967296)]
    [InlineData(">i8", "0000000000000001 fffffffffffffffe", 1, -2)]
    [InlineData("<f2", "003c 00c0", 1, -2)]
    [InlineData(">f2", "3c00 c000", 1, -2)]
    [InlineData(">f4", "3f800000 c0000000", 1, -2)]
    [InlineData("=f8", "000000000000f03f 00000000000000c0", 1, -2)]
    [InlineData(">f8", "3ff0000000000000 c000000000000000", 1, -2)]
    public void Every_type_of_number_is_read(string type, string bytes, double first, double second)
    {
        var content = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));

        var data = Read(Array(type, "(2, 1)", content), Array("|u1", "(2, 1)", [0, 1]));

        Assert.Equal([(float)first, (float)second], data.Inputs);
    }

    [Fact]
    public void Several_targets_shapes_and_compressed_files_are_read()
    {
        var data = Read(
            Array("|u1", "(2, 4)", [1, 2, 3, 4, 5, 6, 7, 8]),
            Array("|u1", "(2, 3)", [1, 2, 3, 4, 5, 6]),
            new NpyDataSpec { Features = "x.npy.gz", Labels = "y.npy.gz", Shape = [1, 2, 2] });

        Assert.Equal([1, 2, 2], data.SampleShape);
        Assert.Equal((2, 3), (data.Count, data.TargetSize));
        Assert.Equal([1], Read(Array("|u1", "(2,)", [1, 2]), Array("|u1", "(2,)", [0, 1])).SampleShape);
    }

    [Fact]
    public void A_label_that_is_no_class_is_named_with_its_byte()
    {
        var labels = Array("<i2", "(2, 2)", [0, 0, 1, 0, 0, 0, 9, 0]);
        var data = Read(Array("|u1", "(2, 1)", [1, 2]), labels);

        Assert.Equal(
            $"y.npy: label 9 in item 1 (byte {labels.Length - 2}) is out of range; the model has 2 outputs, so labels go from 0 to 1.",
            Assert.Throws<DataException>(() => data.RequireClasses(2)).Message);
    }

    [Fact]
    public void Items_with_numbers_that_are_not_finite_are_told_or_skipped_with_their_labels()
    {
        var features = Array("<f4", "(4, 2)", [.. Singles(1, 2, float.NaN, float.PositiveInfinity, 5, 6, 7, 8)]);
        var labels = Array("<f4", "(4,)", [.. Singles(10, 11, float.NaN, 13)]);

        Assert.Equal(
            $"x.npy: the number at byte {features.Length - 24} is not finite, or too large for 32 bits after scaling (item 1).",
            Assert.Throws<DataException>(() => Read(features, labels)).Message);

        var data = Read(features, labels, new NpyDataSpec { Features = "x.npy", Labels = "y.npy", OnBadRecord = BadRecord.Skip });
        Assert.Equal([1, 2, 7, 8], data.Inputs);
        Assert.Equal([10, 13], data.Targets);
        Assert.Equal(2, data.Skipped!.Count);
        Assert.Contains("label 13 in item 3 ", Assert.Throws<DataException>(() => data.RequireClasses(12)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("|O", "False", "(2,)", "the array holds Python objects")]
    [InlineData("<f4", "True", "(2, 2)", "the array is in Fortran order")]
    [InlineData("<c8", "False", "(2,)", "the array has elements of the type '<c8'")]
    [InlineData("<U3", "False", "(2,)", "the array has elements of the type '<U3'")]
    [InlineData("", "False", "(2,)", "the array has elements of the type ''")]
    [InlineData("<f4", "False", "()", "the array is a single number")]
    [InlineData("<f4", "False", "(0, 2)", "the array has the shape (0, 2); every dimension must be at least 1")]
    [InlineData("<f4", "False", "(99999999999,)", "the array has the shape (99999999999,)")]
    [InlineData("<f4", "False", "(2, x)", "the array has the shape (2, x)")]
    [InlineData("<f4", "Maybe", "(2,)", "the header has no 'fortran_order' that can be read")]
    [InlineData("<f4", "False", "2", "the header has no 'shape' that can be read")]
    public void An_array_that_cannot_be_trained_on_is_refused_with_a_sentence(string type, string fortran, string shape, string told) =>
        Assert.StartsWith($"x.npy: {told}", Problem(File($"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}", new byte[16])), StringComparison.Ordinal);

    [Fact]
    public void What_is_no_array_is_refused_with_a_sentence()
    {
        Assert.StartsWith("x.npy: the file starts with the bytes 312c322c332c", Problem("1,2,3,4,5"u8.ToArray()), StringComparison.Ordinal);
        Assert.StartsWith("x.npy: the file is in version 4.0", Problem(Array("|u1", "(1,)", [1], version: 4)), StringComparison.Ordinal);
        Assert.StartsWith("x.npy: the array has records of several fields", Problem(File("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", [])), StringComparison.Ordinal);
        Assert.StartsWith("x.npy: the header claims 4294967295 bytes", Problem([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255]), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_noticed_and_so_is_what_follows()
    {
        var features = Array("<f4", "(2, 2)", [.. Singles(1, 2, 3, 4)]);
        for (var length = 1; length < features.Length; length++)
            Assert.StartsWith($"x.npy: the file ends at byte {length}, in the middle", Problem(features[..length]), StringComparison.Ordinal);
        Assert.StartsWith($"x.npy: the file goes on after byte {features.Length}", Problem([.. features, 0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Features_and_labels_that_do_not_belong_together_are_refused()
    {
        var features = Array("|u1", "(2, 2, 2)", new byte[8]);

        Assert.Equal(
            "y.npy: the array has labels for 3 samples, but x.npy has 2.",
            Assert.Throws<DataException>(() => Read(features, Array("|u1", "(3,)", new byte[3]))).Message);
        Assert.EndsWith("Are features and labels swapped?", Assert.Throws<DataException>(() => Read(features, features)).Message, StringComparison.Ordinal);
        Assert.Contains("each sample of the array has 2 × 2 numbers", Assert.Throws<DataException>(() => Read(
            features, Array("|u1", "(2,)", new byte[2]), new NpyDataSpec { Features = "x.npy", Labels = "y.npy", Shape = [5] })).Message, StringComparison.Ordinal);
    }

    private static byte[] Array(string type, string shape, byte[] content, byte version = 1) =>
        File($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}", content, version);

    private static byte[] File(string dictionary, byte[] content, byte version = 1)
    {
        var text = Encoding.Latin1.GetBytes(dictionary.PadRight(117) + "\n");
        var length = new byte[version == 1 ? 2 : 4];
        length[0] = (byte)text.Length;
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. content];
    }

    private static IEnumerable<byte> Singles(params float[] numbers) => numbers.SelectMany(number =>
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, number);
        return bytes;
    });

    private static IEnumerable<byte> Longs(params long[] numbers) => numbers.SelectMany(number =>
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    });

    private Dataset Read(byte[] features, byte[] labels, NpyDataSpec? spec = null)
    {
        spec ??= new NpyDataSpec { Features = "x.npy", Labels = "y.npy" };
        folder.Write(spec.Features, features);
        folder.Write(spec.Labels, labels);
        return DatasetReader.Read(spec, folder.Path);
    }

    private string Problem(byte[] features) =>
        Assert.Throws<DataException>(() => Read(features, Array("|u1", "(2,)", [0, 1]))).Message;
}
