using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public sealed class Cifar10Tests : IDisposable
{
    private const int RecordLength = 3073;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("batch.bin")]
    [InlineData("batch.bin.gz")]
    public void Images_are_read_plane_by_plane(string name)
    {
        var data = Read(name, [.. Record(3), .. Record(9, first: 255)], scale: 1 / 255.0);

        Assert.Equal([3, 32, 32], data.SampleShape);
        Assert.Equal([3, 9], data.Targets);
        Assert.Equal([0, 1 / 255f, 2 / 255f], data.Inputs[..3]);
        Assert.Equal(1024 % 251 / 255f, data.Inputs[1024]);
        Assert.Equal(1, data.Inputs[3072]);
    }

    [Fact]
    public void A_folder_gives_its_files_by_name_and_leaves_others_alone()
    {
        folder.Write("data_batch_2.bin", Record(2));
        folder.Write("data_batch_1.bin.gz", Record(1));
        folder.Write("batches.meta.txt", "airplane");

        var data = DatasetReader.Read(new Cifar10DataSpec { Path = "." }, folder.Path);

        Assert.Equal([1, 2], data.Targets);
    }

    [Fact]
    public void A_label_that_is_none_is_told_with_its_item_or_skipped_and_counted()
    {
        byte[] content = [.. Record(3), .. Record(10), .. Record(4), .. Record(200)];

        Assert.Equal(
            "batch.bin: item 1 (byte 3073) has the label 10; CIFAR-10 has the classes 0 to 9. Is this its binary version?",
            Assert.Throws<DataException>(() => Read("batch.bin", content)).Message);

        var data = Read("batch.bin", content, BadRecord.Skip);
        Assert.Equal([3, 4], data.Targets);
        Assert.Equal(2 * 3072, data.Inputs.Length);
        Assert.Equal(2, data.Skipped!.Count);
        Assert.StartsWith("batch.bin: item 1 (byte 3073)", data.Skipped.First, StringComparison.Ordinal);
        // Items keep their numbers in the file.
        Assert.StartsWith("batch.bin: label 4 in item 2 is out of range", Assert.Throws<DataException>(() => data.RequireClasses(4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_sample_at_all_is_refused_even_where_bad_records_are_skipped()
    {
        Assert.StartsWith(
            "batch.bin: none of the 1 records is a sample; the first: batch.bin: item 0",
            Assert.Throws<DataException>(() => Read("batch.bin", Record(10), BadRecord.Skip)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "batch.bin: the file ends at byte 3074, in the middle of item 1",
            Assert.Throws<DataException>(() => Read("batch.bin", [.. Record(1), 2], BadRecord.Skip)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(folder.Path, "empty"));
        Assert.StartsWith(
            "empty: the folder has no file that ends in .bin or .bin.gz",
            Assert.Throws<DataException>(() => DatasetReader.Read(new Cifar10DataSpec { Path = "empty" }, folder.Path)).Message, StringComparison.Ordinal);
    }

    private static byte[] Record(byte label, byte first = 0)
    {
        var record = new byte[RecordLength];
        record[0] = label;
        for (var i = 0; i < RecordLength - 1; i++)
            record[i + 1] = (byte)(i % 251);
        record[1] = first;
        return record;
    }

    private Dataset Read(string name, byte[] content, BadRecord rule = BadRecord.Fail, double scale = 1) =>
        DatasetReader.Read(new Cifar10DataSpec { Path = folder.Write(name, content), Scale = scale, OnBadRecord = rule }, folder.Path);
}
