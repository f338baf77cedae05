using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public sealed class FolderOfFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public FolderOfFilesTests() => Directory.CreateDirectory(Path.Combine(folder.Path, "parts"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Tables_of_a_folder_are_one_dataset_in_the_order_of_their_names()
    {
        folder.Write("parts/b.csv", "x,y\n5,1\n");
        folder.Write("parts/a.csv.gz", "1,0\n2,1\n");
        folder.Write("parts/c.csv", "7,9\n");
        folder.Write("parts/readme.txt", "not a table");

        var data = Read();

        Assert.Equal([1, 2, 5, 7], data.Inputs);
        Assert.Equal([0, 1, 1, 9], data.Targets);
        Assert.StartsWith("parts/c.csv: label 9 in line 1 is out of range", Assert.Throws<DataException>(() => data.RequireClasses(2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_of_a_folder_counts_for_its_hash()
    {
        folder.Write("parts/a.csv", "1,0\n");
        var one = Read().Sha256;
        folder.Write("parts/b.csv", "2,1\n");

        Assert.NotEqual(one, Read().Sha256);
    }

    [Fact]
    public void A_table_with_other_columns_is_told_and_so_is_a_bad_row_of_it()
    {
        folder.Write("parts/a.csv", "1,0\n");
        folder.Write("parts/b.csv", "1,2,0\n");
        Assert.Equal("parts/b.csv: line 1 has 3 columns, parts/a.csv has 2; all tables of a folder must have the same columns.", Problem());

        folder.Write("parts/b.csv", "y,x\n0,1\n");
        Assert.StartsWith("parts/b.csv: line 1 has its labels in other columns than parts/a.csv", Problem(new CsvDataSpec { Path = "parts", Label = ["y"] }, "x,y\n1,0\n"), StringComparison.Ordinal);

        folder.Write("parts/b.csv", "3,1\n4,much\n");
        Assert.Equal("parts/b.csv: line 2 has 'much' in column 2, which is not a number.", Problem());
    }

    [Fact]
    public void Bad_rows_are_skipped_and_counted_where_the_spec_says_so()
    {
        folder.Write("parts/a.csv", "1,0\n2\n,1\n3,1\n");
        folder.Write("parts/b.csv", "4,nan\n5,1\n1e99,0\n");

        var data = Read(new CsvDataSpec { Path = "parts", OnBadRecord = BadRecord.Skip });

        Assert.Equal([1, 3, 5], data.Inputs);
        Assert.Equal([0, 1, 1], data.Targets);
        Assert.Equal(new SkippedRecords(4, "parts/a.csv: line 2 has 1 column, line 1 has 2."), data.Skipped);
        Assert.Null(Read(new CsvDataSpec { Path = folder.Write("good.csv", "1,2\n"), OnBadRecord = BadRecord.Skip }).Skipped);
    }

    [Fact]
    public void An_open_quote_is_refused_even_where_bad_rows_are_skipped()
    {
        folder.Write("parts/a.csv", "1,0\n\"2,1\n");

        Assert.Contains("opens a quote that is never closed", Problem(new CsvDataSpec { Path = "parts", OnBadRecord = BadRecord.Skip }), StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_a_folder_are_one_text()
    {
        folder.Write("parts/2.txt", "cd");
        folder.Write("parts/1.txt", "ab");

        var data = DatasetReader.Read(new TextDataSpec { Path = "parts", Length = 3 }, folder.Path);

        Assert.Equal([0, 1, 2], data.Inputs);
        Assert.Equal([1, 2, 3], data.Targets);
    }

    private Dataset Read(CsvDataSpec? spec = null) => DatasetReader.Read(spec ?? new CsvDataSpec { Path = "parts" }, folder.Path);

    private string Problem(CsvDataSpec? spec = null, string? first = null)
    {
        if (first is not null)
            folder.Write("parts/a.csv", first);
        return Assert.Throws<DataException>(() => Read(spec)).Message;
    }
}
