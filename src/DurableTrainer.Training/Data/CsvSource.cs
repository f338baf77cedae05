using System.Security.Cryptography;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Rows of numbers: one column is the label, or several are, and the others are the inputs.</summary>
internal sealed class CsvSource
{
    private readonly CsvDataSpec spec;
    private readonly FloatBuffer inputs, targets;
    private readonly List<int> lines = [];
    private readonly BadRecords bad;

    private CsvSource(CsvDataSpec spec)
    {
        this.spec = spec;
        inputs = new FloatBuffer(spec.Path);
        targets = new FloatBuffer(spec.Path);
        bad = new BadRecords(spec.OnBadRecord);
    }

    public static Dataset Read(CsvDataSpec spec, string baseFolder, CancellationToken ct)
    {
        if (spec.Delimiter is '"' or '\r' or '\n')
            throw new DataException($"{spec.Path}: a quote or a line end cannot be the delimiter of a table.");
        return new CsvSource(spec).Read(FolderOfFiles.Files(spec.Path, baseFolder, FolderOfFiles.Tables), baseFolder, ct);
    }

    private Dataset Read(IReadOnlyList<string> paths, string baseFolder, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CsvTable? first = null;
        var firsts = new int[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            firsts[i] = lines.Count;
            using var file = DataFile.Open(paths[i], baseFolder, hash);
            var table = new CsvTable(file, spec);
            first ??= table;
            if (table.Columns != first.Columns || !table.Labels.SequenceEqual(first.Labels))
            {
                throw table.ErrorInFirstLine(table.Columns == first.Columns
                    ? $"has its labels in other columns than {paths[0]}; all tables of a folder must have the same columns."
                    : $"has {CsvTable.Count(table.Columns)}, {paths[0]} has {first.Columns}; all tables of a folder must have the same columns.");
            }

            AddRows(table, ct);
            file.HashRest();
        }

        bad.RequireSamples(lines.Count, spec.Path);
        return new Dataset(
            first!.Shape,
            inputs.ToArray(),
            targets.ToArray(),
            first.Labels.Count,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new RecordOrigins(spec.Path, paths, firsts, [.. lines], "line"))
        {
            Skipped = bad.Skipped,
        };
    }

    private void AddRows(CsvTable table, CancellationToken ct)
    {
        do
        {
            if ((lines.Count & 0xfff) == 0)
                ct.ThrowIfCancellationRequested();
            var (inputCount, targetCount) = (inputs.Count, targets.Count);
            if (table.AddRow(inputs, targets) is { } problem)
            {
                bad.Skip(problem);
                inputs.CutTo(inputCount);
                targets.CutTo(targetCount);
            }
            else
            {
                lines.Add(table.Line);
            }
        }
        while (table.ReadRow());
    }
}
