using System.Globalization;
using System.Security.Cryptography;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Rows of numbers: one column is the label, or several are, and the others are the inputs.</summary>
internal sealed class CsvSource
{
    private readonly DataFile file;
    private readonly CsvDataSpec spec;
    private readonly CsvRecords records;
    private readonly FloatBuffer inputs, targets;
    private readonly List<int> lines = [];

    private CsvSource(DataFile file, CsvDataSpec spec)
    {
        this.file = file;
        this.spec = spec;
        records = new CsvRecords(file, spec.Delimiter);
        inputs = new FloatBuffer(file);
        targets = new FloatBuffer(file);
    }

    public static Dataset Read(CsvDataSpec spec, string baseFolder, CancellationToken ct)
    {
        if (spec.Delimiter is '"' or '\r' or '\n')
            throw new DataException($"{spec.Path}: a quote or a line end cannot be the delimiter of a table.");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = DataFile.Open(spec.Path, baseFolder, hash);
        return new CsvSource(file, spec).Read(hash, ct);
    }

    private Dataset Read(IncrementalHash hash, CancellationToken ct)
    {
        if (!records.Read())
            throw file.Error("the file has no rows.");
        int columns = records.Count, firstLine = records.Line;
        var hasHeader = spec.Header ?? LooksLikeHeader();
        var labels = LabelColumns(columns, hasHeader);
        var features = columns - labels.Length;
        var shape = spec.Shape is { } asked
            ? SampleShapes.Check(asked, features, spec.Path, $"each row has {Columns(features)} beside the label")
            : [features];
        if (hasHeader && !records.Read())
            throw file.Error("the file has a header and no rows.");

        do
        {
            if ((lines.Count & 0xfff) == 0)
                ct.ThrowIfCancellationRequested();
            if (records.Count != columns)
                throw file.ErrorInLine(records.Line, $"has {Columns(records.Count)}, line {firstLine} has {columns}.");
            AddRow(labels);
        }
        while (records.Read());

        file.HashRest();
        return new Dataset(
            shape,
            inputs.ToArray(),
            targets.ToArray(),
            labels.Length,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new LineOrigins(spec.Path, [.. lines]));
    }

    private void AddRow(int[] labels)
    {
        for (var column = 0; column < records.Count; column++)
        {
            if (!labels.Contains(column))
                inputs.Add(Finite((float)(Number(column) * spec.Scale), column));
        }

        foreach (var column in labels)
            targets.Add(Finite((float)Number(column), column));
        lines.Add(records.Line);
    }

    private double Number(int column)
    {
        var field = records[column];
        if (!TryNumber(field, out var number))
        {
            throw file.ErrorInLine(records.Line, field.IsWhiteSpace()
                ? $"has nothing in column {column + 1}; every field must be a number."
                : $"has '{Shown(field)}' in column {column + 1}, which is not a number.");
        }

        return number;
    }

    private float Finite(float number, int column) => float.IsFinite(number)
        ? number
        : throw file.ErrorInLine(records.Line, $"has '{Shown(records[column])}' in column {column + 1}; numbers must be finite, and "
            + "small enough for 32 bits after scaling.");

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

    private static string Columns(int count) => count == 1 ? "1 column" : $"{count} columns";

    private static string Shown(ReadOnlySpan<char> field) => field.Length > 200 ? $"{field[..200]}…" : field.ToString();
}
