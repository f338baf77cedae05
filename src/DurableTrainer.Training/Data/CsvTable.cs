using System.Globalization;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>A table of numbers in one file: its columns, and its rows one at a time.</summary>
internal sealed class CsvTable
{
    private readonly DataFile file;
    private readonly CsvDataSpec spec;
    private readonly CsvRecords records;
    private readonly int firstLine;
    private readonly int[] labels;

    /// <summary>Reads as far as the first row.</summary>
    /// <exception cref="DataException">There is none, or the columns are not those that the spec names.</exception>
    public CsvTable(DataFile file, CsvDataSpec spec)
    {
        this.file = file;
        this.spec = spec;
        records = new CsvRecords(file, spec.Delimiter);
        if (!records.Read())
            throw file.Error("the file has no rows.");
        (Columns, firstLine) = (records.Count, records.Line);
        var hasHeader = spec.Header ?? LooksLikeHeader();
        labels = LabelColumns(Columns, hasHeader);
        var features = Columns - labels.Length;
        Shape = spec.Shape is { } asked
            ? SampleShapes.Check(asked, features, file.Name, $"each row has {Count(features)} beside the label")
            : [features];
        if (hasHeader && !records.Read())
            throw file.Error("the file has a header and no rows.");
    }

    /// <summary>How many there are.</summary>
    public int Columns { get; }

    /// <summary>Columns of the labels, counted from 0.</summary>
    public IReadOnlyList<int> Labels => labels;

    /// <summary>Shape of one sample, without the batch.</summary>
    public int[] Shape { get; }

    /// <summary>The line on which the current row starts, counted from 1.</summary>
    public int Line => records.Line;

    /// <returns>False at the end of the file.</returns>
    /// <exception cref="DataException">Quotes do not match, or a field is too long: where the next row begins is not known.</exception>
    public bool ReadRow() => records.Read();

    /// <summary>Adds the current row as a sample.</summary>
    /// <returns>Why it is none, and then a part of it may have been added; null when it is.</returns>
    public DataException? AddRow(FloatBuffer inputs, FloatBuffer targets)
    {
        if (records.Count != Columns)
            return file.ErrorInLine(records.Line, $"has {Count(records.Count)}, line {firstLine} has {Columns}.");
        for (var column = 0; column < records.Count; column++)
        {
            if (!labels.Contains(column) && AddNumber(inputs, column, spec.Scale) is { } problem)
                return problem;
        }

        foreach (var column in labels)
        {
            if (AddNumber(targets, column, 1) is { } problem)
                return problem;
        }

        return null;
    }

    /// <summary>What is wrong with all of the table, told of its first line.</summary>
    public DataException ErrorInFirstLine(string problem) => file.ErrorInLine(firstLine, problem);

    /// <summary>So many columns, in words.</summary>
    public static string Count(int count) => count == 1 ? "1 column" : $"{count} columns";

    private DataException? AddNumber(FloatBuffer numbers, int column, double scale)
    {
        var field = records[column];
        if (!TryNumber(field, out var number))
        {
            return file.ErrorInLine(records.Line, field.IsWhiteSpace()
                ? $"has nothing in column {column + 1}; every field must be a number."
                : $"has '{Shown(field)}' in column {column + 1}, which is not a number.");
        }

        var value = (float)(number * scale);
        if (!float.IsFinite(value))
        {
            return file.ErrorInLine(records.Line, $"has '{Shown(field)}' in column {column + 1}; numbers must be finite, and "
                + "small enough for 32 bits after scaling.");
        }

        numbers.Add(value);
        return null;
    }

    private bool LooksLikeHeader()
    {
        for (var column = 0; column < records.Count; column++)
        {
            if (!records[column].IsWhiteSpace() && !TryNumber(records[column], out _))
                return true;
        }

        return false;
    }

    private int[] LabelColumns(int columns, bool hasHeader)
    {
        if (columns < 2)
            throw file.ErrorInLine(records.Line, $"has one column; a label and at least one input are needed. Is '{spec.Delimiter}' "
                + "the delimiter?");
        int[] labels = [.. spec.Label.Select(label => LabelColumn(label, columns, hasHeader))];
        if (labels.GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw file.Error($"column {twice.Key} is a label {twice.Count()} times; name each column once.");
        return labels.Length < columns
            ? labels
            : throw file.Error($"all {columns} columns are labels; at least one must be left as an input.");
    }

    private int LabelColumn(ColumnReference label, int columns, bool hasHeader)
    {
        if (label.Name is { } name)
            return hasHeader ? NamedColumn(name) : throw file.Error($"the label is the column '{name}', but the file has no header. "
                + "Give its index: 0 for the first, -1 for the last.");
        var index = label.Index < 0 ? columns + label.Index : label.Index;
        return index >= 0 && index < columns
            ? index
            : throw file.Error($"the label is column {label.Index}, but there are {columns} columns: 0 to {columns - 1}, or "
                + $"-{columns} to -1 from the end.");
    }

    private int NamedColumn(string name)
    {
        var names = Enumerable.Range(0, records.Count).Select(column => records[column].Trim().ToString()).ToList();
        var index = names.IndexOf(name);
        if (index < 0)
            throw file.Error($"the header has no column '{name}' for the label; it has {Shown(string.Join(", ", names))}.");
        var again = names.IndexOf(name, index + 1);
        return again < 0
            ? index
            : throw file.Error($"the header has the label's column '{name}' twice, as columns {index + 1} and {again + 1}. Give its "
                + "index instead.");
    }

    private static bool TryNumber(ReadOnlySpan<char> field, out double number) =>
        double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static string Shown(ReadOnlySpan<char> field) => field.Length > 200 ? $"{field[..200]}…" : field.ToString();
}
