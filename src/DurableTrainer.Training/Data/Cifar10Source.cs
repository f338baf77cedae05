using System.Security.Cryptography;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>
/// Images in the binary version of CIFAR-10 (Krizhevsky 2009): records of a label and 3,072 bytes, first all red ones row by row, then
/// green, then blue.
/// </summary>
internal sealed class Cifar10Source
{
    private const int Classes = 10, Channels = 3, Side = 32, Pixels = Channels * Side * Side, RecordLength = 1 + Pixels;

    private readonly Cifar10DataSpec spec;
    private readonly FloatBuffer inputs, targets;
    private readonly List<int> items = [];
    private readonly BadRecords bad;

    private Cifar10Source(Cifar10DataSpec spec)
    {
        this.spec = spec;
        inputs = new FloatBuffer(spec.Path);
        targets = new FloatBuffer(spec.Path);
        bad = new BadRecords(spec.OnBadRecord);
    }

    public static Dataset Read(Cifar10DataSpec spec, string baseFolder, CancellationToken ct) =>
        new Cifar10Source(spec).Read(FolderOfFiles.Files(spec.Path, baseFolder, FolderOfFiles.Images), baseFolder, ct);

    private Dataset Read(IReadOnlyList<string> paths, string baseFolder, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var firsts = new int[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            firsts[i] = items.Count;
            using var file = DataFile.Open(paths[i], baseFolder, hash);
            AddRecords(file, ct);
            file.HashRest();
        }

        bad.RequireSamples(items.Count, spec.Path);
        return new Dataset(
            [Channels, Side, Side],
            inputs.ToArray(),
            targets.ToArray(),
            1,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new RecordOrigins(spec.Path, paths, firsts, [.. items], "item"))
        {
            Skipped = bad.Skipped,
        };
    }

    private void AddRecords(DataFile file, CancellationToken ct)
    {
        var record = new byte[RecordLength];
        for (var item = 0; Fill(file, record, item); item++)
        {
            ct.ThrowIfCancellationRequested();
            if (record[0] >= Classes)
            {
                bad.Skip(file.Error($"item {item} (byte {(long)item * RecordLength}) has the label {record[0]}; CIFAR-10 has the classes 0 to "
                    + $"{Classes - 1}. Is this its binary version?"));
                continue;
            }

            targets.Add(record[0]);
            foreach (var value in record.AsSpan(1))
                inputs.Add((float)(value * spec.Scale));
            items.Add(item);
        }
    }

    /// <returns>False at the end of the file.</returns>
    private static bool Fill(DataFile file, Span<byte> record, int item)
    {
        for (var done = 0; done < record.Length;)
        {
            var count = file.Read(record[done..]);
            if (count == 0)
            {
                return done == 0 ? false : throw file.Error($"the file ends at byte {(long)item * RecordLength + done}, in the middle of item "
                    + $"{item}; each takes {RecordLength} bytes. Is this the binary version of CIFAR-10?");
            }

            done += count;
        }

        return true;
    }
}
