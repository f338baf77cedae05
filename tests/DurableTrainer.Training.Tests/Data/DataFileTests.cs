using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public sealed class DataFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_missing_file_is_named_with_its_full_path_and_what_paths_start_from()
    {
        Assert.Equal(
            $"data/none.csv: there is no such file ({Path.Combine(folder.Path, "data", "none.csv")}). Data paths are relative to the folder of the spec's file.",
            Problem("data/none.csv"));
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "data"));

        Assert.StartsWith("data: this is a folder", Assert.Throws<DataException>(() =>
            DatasetReader.Read(new IdxDataSpec { Images = "data", Labels = "data" }, folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_says_gzip_and_a_content_that_does_not_are_told_apart()
    {
        folder.WriteRaw("plain.csv.gz", "1,2\n"u8.ToArray());
        folder.WriteRaw("zipped.csv", TemporaryFolder.Compress("1,2\n"u8.ToArray()));

        Assert.StartsWith("plain.csv.gz: the name ends in .gz, but the content is not gzip.", Problem("plain.csv.gz"), StringComparison.Ordinal);
        Assert.StartsWith("zipped.csv: the content is gzip, but the name does not end in .gz.", Problem("zipped.csv"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void Every_truncation_of_a_compressed_file_is_noticed(CompressionLevel level)
    {
        var whole = TemporaryFolder.Compress(Table(60), level);
        for (var length = 2; length < whole.Length; length++)
        {
            folder.WriteRaw("cut.csv.gz", whole[..length]);

            var problem = Record.Exception(() => DatasetReader.Read(new CsvDataSpec { Path = "cut.csv.gz" }, folder.Path))?.Message ?? "none";

            Assert.True(problem.Contains("ends in the middle", StringComparison.Ordinal), $"{length} bytes of {whole.Length}: {problem}");
        }
    }

    [Fact]
    public void A_compressed_file_of_several_parts_is_whole_with_the_last_and_cut_off_without()
    {
        byte[] parts = [.. TemporaryFolder.Compress(Table(100)), .. TemporaryFolder.Compress([]), .. TemporaryFolder.Compress(Table(50)), .. TemporaryFolder.Compress([])];
        folder.WriteRaw("parts.csv.gz", parts);
        Assert.Equal(150, DatasetReader.Read(new CsvDataSpec { Path = "parts.csv.gz" }, folder.Path).Count);

        folder.WriteRaw("parts.csv.gz", parts[..^25]);
        Assert.Contains("ends in the middle", Problem("parts.csv.gz"), StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_in_a_compressed_file_is_noticed()
    {
        var whole = TemporaryFolder.Compress(Table(2000));
        for (var at = 12; at < whole.Length; at += 41)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x55;
            folder.WriteRaw("damaged.csv.gz", damaged);

            Assert.StartsWith("damaged.csv.gz: ", Problem("damaged.csv.gz"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_hash_covers_the_whole_file_even_what_follows_the_content()
    {
        var file = TemporaryFolder.Compress("1,2\n"u8.ToArray());
        file = [.. file, .. TemporaryFolder.Compress("3,4\n"u8.ToArray())];
        folder.WriteRaw("two.csv.gz", file);

        var data = DatasetReader.Read(new CsvDataSpec { Path = "two.csv.gz" }, folder.Path);

        Assert.Equal([1, 3], data.Inputs);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), data.Sha256);
    }

    [Fact]
    public void A_path_that_starts_at_the_root_needs_no_base()
    {
        folder.Write("table.csv", "1,2\n");

        Assert.Equal(1, DatasetReader.Read(new CsvDataSpec { Path = Path.Combine(folder.Path, "table.csv") }, "/nowhere").Count);
    }

    private static byte[] Table(int rows) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, rows).Select(i => $"{i * 7919 % 1009},{i * 104729 % 997},{i % 10}\n")));

    private string Problem(string path) =>
        Assert.Throws<DataException>(() => DatasetReader.Read(new CsvDataSpec { Path = path }, folder.Path)).Message;
}
