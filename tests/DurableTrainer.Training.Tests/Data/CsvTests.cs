using System.Globalization;
using System.Text;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("1,2,0\n3,4,1\n")]
    [InlineData("1,2,0\n3,4,1")]
    [InlineData("1,2,0\r\n3,4,1\r\n")]
    [InlineData("1,2,0\r3,4,1\r")]
    [InlineData("1,2,0\n3,4,1\n\n\r\n  \n")]
    [InlineData("\uFEFF1,2,0\n3,4,1\n")]
    [InlineData(" 1 ,2.0,0\n3e0,+4,1\n")]
    [InlineData("\"1\",2,\"0\"\n3,\"4\",1\n")]
    [InlineData("x,y,label\n1,2,0\n3,4,1\n")]
    [InlineData("\uFEFF\"x, the \"\"first\"\"\",\"y\nz\",label\n1,2,0\n3,4,1\n")]
    [InlineData(",y,label\n1,2,0\n3,4,1\n")]
    public void The_same_numbers_are_read_however_they_are_written(string text)
    {
        var data = Read(text);

        Assert.Equal([1, 2, 3, 4], data.Inputs);
        Assert.Equal([0, 1], data.Targets);
        Assert.Equal([2], data.SampleShape);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void The_label_may_stand_in_any_column(int label)
    {
        var data = Read("7,1,2\n8,3,4\n", new CsvDataSpec { Path = "", Label = [label] });

        Assert.Equal([7, 8], data.Targets);
        Assert.Equal([1, 2, 3, 4], data.Inputs);
    }

    [Fact]
    public void The_label_may_be_named_and_the_delimiter_chosen()
    {
        var data = Read("a;y;b\n1;7;2\n", new CsvDataSpec { Path = "", Label = ["y"], Delimiter = ';' });

        Assert.Equal([7], data.Targets);
        Assert.Equal([1, 2], data.Inputs);
    }

    [Fact]
    public void Several_columns_may_be_labels_in_the_order_in_which_they_are_named()
    {
        var data = Read("a,b,c,d\n1,2,3,4\n5,6,7,8\n", new CsvDataSpec { Path = "", Label = [-1, "a"], Scale = 10 });

        Assert.Equal([4, 1, 8, 5], data.Targets);
        Assert.Equal([20, 30, 60, 70], data.Inputs);
        Assert.Equal((2, 2), (data.Count, data.TargetSize));
    }

    [Fact]
    public void The_same_column_twice_and_no_column_left_for_inputs_are_refused()
    {
        Assert.Equal("table.csv: column 1 is a label 2 times; name each column once.", Problem([1, -1]));
        Assert.Equal("table.csv: all 2 columns are labels; at least one must be left as an input.", Problem([0, 1]));

        string Problem(ColumnReference[] labels) =>
            Assert.Throws<DataException>(() => Read("1,2\n", new CsvDataSpec { Path = "", Label = labels })).Message;
    }

    [Fact]
    public void The_scale_applies_to_inputs_and_not_to_the_label()
    {
        var data = Read("2,4,3\n", new CsvDataSpec { Path = "", Scale = 0.5, Shape = [2, 1] });

        Assert.Equal([1, 2], data.Inputs);
        Assert.Equal([3], data.Targets);
        Assert.Equal([2, 1], data.SampleShape);
    }

    [Fact]
    public void Random_tables_come_back_number_for_number()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new KeyedRandom(seed, "csv");
            int rows = 1 + random.NextInt32(40), columns = 2 + random.NextInt32(9), label = random.NextInt32(columns);
            var text = new StringBuilder(random.NextInt32(2) == 0 ? "" : "\uFEFF");
            if (random.NextInt32(2) == 0)
                text.AppendJoin(',', Enumerable.Range(0, columns).Select(c => $"\"c{c},\"\"\n\"")).Append('\n');
            var numbers = new float[rows, columns];
            for (var row = 0; row < rows; row++)
            {
                var fields = Enumerable.Range(0, columns).Select(column =>
                {
                    numbers[row, column] = (float)(random.NextGaussian() * Math.Pow(10, random.NextInt32(60) - 30));
                    var field = numbers[row, column].ToString(CultureInfo.InvariantCulture);
                    return random.NextInt32(4) == 0 ? $"\"{field}\"" : field;
                });
                text.AppendJoin(',', fields.ToList()).Append(random.NextInt32(2) == 0 ? "\n" : "\r\n");
            }

            var data = Read(text.ToString(), new CsvDataSpec { Path = "", Label = [label] }, random.NextInt32(2) == 0 ? "t.csv" : "t.csv.gz");

            Assert.True(data.Count == rows, $"seed {seed}: rows");
            for (var row = 0; row < rows; row++)
            {
                var inputs = Enumerable.Range(0, columns).Where(c => c != label).Select(c => numbers[row, c]);
                Assert.True(data.Targets[row] == numbers[row, label], $"seed {seed}: label of row {row}");
                Assert.True(inputs.SequenceEqual(data.Inputs[(row * (columns - 1))..((row + 1) * (columns - 1))]), $"seed {seed}: row {row}");
            }
        }
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\n\n", "the file has no rows.")]
    [InlineData("x,y\n", "the file has a header and no rows.")]
    [InlineData("1,2\n1,2\n1,2,3\n", "line 3 has 3 columns, line 1 has 2.")]
    [InlineData("a,b\n\n1,2\n1\n", "line 4 has 1 column, line 1 has 2.")]
    [InlineData("1,2\n1,two\n", "line 2 has 'two' in column 2, which is not a number.")]
    [InlineData("1,2\n,2\n", "line 2 has nothing in column 1; every field must be a number.")]
    [InlineData("1,2\nNaN,2\n", "line 2 has 'NaN' in column 1; numbers must be finite")]
    [InlineData("1,2\n1e300,2\n", "line 2 has '1e300' in column 1; numbers must be finite, and small enough for 32 bits")]
    [InlineData("1\n2\n", "line 1 has one column; a label and at least one input are needed. Is ',' the delimiter?")]
    [InlineData("\"a\nb\",c\n1,2\n1,\"2\n", "line 4 opens a quote that is never closed.")]
    [InlineData("1,\"2\"3\n", "line 1 has '3' after a closing quote")]
    public void A_broken_table_is_refused_with_file_and_line(string text, string problem)
    {
        var e = Assert.Throws<DataException>(() => Read(text));

        Assert.StartsWith($"table.csv: {problem}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_column_that_is_not_there_is_refused_with_those_that_are()
    {
        Assert.Equal("table.csv: the label is column 2, but there are 2 columns: 0 to 1, or -2 to -1 from the end.", Problem("1,2\n", 2));
        Assert.Equal("table.csv: the label is column -3, but there are 2 columns: 0 to 1, or -2 to -1 from the end.", Problem("1,2\n", -3));
        Assert.Equal("table.csv: the header has no column 'y' for the label; it has a, b.", Problem("a,b\n1,2\n", "y"));
        Assert.StartsWith("table.csv: the label is the column 'y', but the file has no header.", Problem("1,2\n", "y"), StringComparison.Ordinal);
        Assert.StartsWith("table.csv: the header has the label's column 'y' twice, as columns 1 and 3.", Problem("y,x,y\n1,2,3\n", "y"), StringComparison.Ordinal);

        string Problem(string text, ColumnReference label) =>
            Assert.Throws<DataException>(() => Read(text, new CsvDataSpec { Path = "", Label = [label] })).Message;
    }

    [Fact]
    public void A_shape_that_does_not_fit_the_columns_is_refused()
    {
        Assert.Equal("table.csv: the shape [1, 8, 8] of the spec does not fit: each row has 2 columns beside the label.", Problem([1, 8, 8]));
        Assert.Contains("every dimension must be at least 1", Problem([-1, -2]), StringComparison.Ordinal);
        Assert.Contains("does not fit", Problem([65536, 65536, 65536, 65536, 65536, 65536, 65536, 65536]), StringComparison.Ordinal);

        string Problem(int[] shape) =>
            Assert.Throws<DataException>(() => Read("1,2,3\n", new CsvDataSpec { Path = "", Shape = shape })).Message;
    }

    [Fact]
    public void A_header_that_is_announced_or_denied_is_taken_at_its_word()
    {
        Assert.Equal(1, Read("1,2\n3,4\n", new CsvDataSpec { Path = "", Header = true }).Count);

        var e = Assert.Throws<DataException>(() => Read("a,b\n3,4\n", new CsvDataSpec { Path = "", Header = false }));
        Assert.Equal("table.csv: line 1 has 'a' in column 1, which is not a number.", e.Message);
    }

    [Fact]
    public void A_field_without_end_is_refused_before_it_fills_the_memory()
    {
        var e = Assert.Throws<DataException>(() => Read("1,2\n\"" + new string('1', 3_000_000)));

        Assert.StartsWith("table.csv: line 2 has a field of more than 1048576 characters.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_are_no_classes_are_refused_with_their_line()
    {
        Assert.Equal("table.csv: label 10 in line 5 is out of range; the model has 10 outputs, so labels go from 0 to 9.", Problem("a,b\n1,0\n\n1,9\n1,10\n"));
        Assert.Equal("table.csv: label -1 in line 1 is out of range; the model has 10 outputs, so labels go from 0 to 9.", Problem("1,-1\n"));
        Assert.Equal("table.csv: label 1.5 in line 2 is not a whole number; the model has 10 outputs, so labels go from 0 to 9.", Problem("1,1\n1,1.5\n"));

        string Problem(string text) => Assert.Throws<DataException>(() => Read(text).RequireClasses(10)).Message;
    }

    [Fact]
    public void Inputs_that_no_embedding_can_look_up_are_refused_with_their_line()
    {
        Assert.Equal("table.csv: input 1 in line 4 is 4, out of range; the model's embedding has a vocabulary of 4, so inputs go from 0 to 3.", Problem("a,b,c\n1,3,0\n\n1,4,0\n"));
        Assert.Equal("table.csv: input 0 in line 1 is -1, out of range; the model's embedding has a vocabulary of 4, so inputs go from 0 to 3.", Problem("-1,3,0\n"));
        Assert.Equal("table.csv: input 1 in line 1 is 0.5, no whole number; the model's embedding has a vocabulary of 4, so inputs go from 0 to 3.", Problem("1,0.5,7\n"));
        Read("0,3,9\n").RequireIndices(4);

        string Problem(string text) => Assert.Throws<DataException>(() => Read(text).RequireIndices(4)).Message;
    }

    [Fact]
    public void A_label_that_is_ignored_need_not_be_a_class_but_some_label_must_count()
    {
        Read("1,-1\n1,9\n").RequireClasses(10, ignored: -1);

        Assert.Equal(
            "table.csv: label -2 in line 2 is out of range; the model has 10 outputs, so labels go from 0 to 9, and -1 is ignored.",
            Assert.Throws<DataException>(() => Read("1,-1\n1,-2\n").RequireClasses(10, ignored: -1)).Message);
        Assert.Equal(
            "table.csv: every label is -1, which is ignored; there is nothing to learn.",
            Assert.Throws<DataException>(() => Read("1,-1\n1,-1\n").RequireClasses(10, ignored: -1)).Message);
    }

    [Theory]
    [InlineData("1,0.5\n1,1.5\n", "target 1.5 in line 2")]
    [InlineData("1,-0.25\n", "target -0.25 in line 1")]
    public void A_target_of_binary_cross_entropy_that_is_no_share_is_refused_with_its_line(string text, string told) => Assert.Equal(
        $"table.csv: {told} is out of range; binaryCrossEntropy wants targets from 0 to 1.",
        Assert.Throws<DataException>(() => Read(text).RequireTargets(new BinaryCrossEntropySpec(), 1)).Message);

    [Fact]
    public void Reading_ends_when_it_is_cancelled()
    {
        folder.Write("table.csv", "1,2\n");

        Assert.Throws<OperationCanceledException>(
            () => DatasetReader.Read(new CsvDataSpec { Path = "table.csv" }, folder.Path, new CancellationToken(canceled: true)));
    }

    private Dataset Read(string text, CsvDataSpec? spec = null, string name = "table.csv") =>
        DatasetReader.Read((spec ?? new CsvDataSpec { Path = "" }) with { Path = folder.Write(name, text) }, folder.Path);
}
