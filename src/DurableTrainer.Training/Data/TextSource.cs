using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Windows of a text: each unit is an input, and the unit after it is its target.</summary>
internal static class TextSource
{
    public static Dataset Read(TextDataSpec spec, string baseFolder, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var numbers = new FloatBuffer(spec.Path);
        foreach (var path in FolderOfFiles.Files(spec.Path, baseFolder, FolderOfFiles.Texts))
        {
            using var file = DataFile.Open(path, baseFolder, hash);
            if (spec.Unit == TextUnit.Bytes)
                ReadBytes(file, numbers, ct);
            else
                ReadCharacters(file, numbers, ct);
            file.HashRest();
        }

        var values = numbers.ToArray();
        var vocabulary = spec.Unit == TextUnit.Bytes ? null : Renumber(values);

        // Every window needs the unit after its last.
        var windows = (values.Length - 1) / spec.Length;
        if (windows < 1)
        {
            throw new DataException($"{spec.Path}: the file has {values.Length} {(spec.Unit == TextUnit.Bytes ? "bytes" : "characters")}; a window of "
                + $"{spec.Length} and the one after it need {spec.Length + 1L}. Lower the length, or add text.");
        }

        var (inputs, targets) = (values[..(windows * spec.Length)], values[1..(windows * spec.Length + 1)]);
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = (float)(inputs[i] * spec.Scale);
        return new Dataset(
            [spec.Length],
            inputs,
            targets,
            spec.Length,
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            new UnitOrigins(spec.Path, spec.Length))
        {
            Text = new TextUnits(spec.Unit, vocabulary),
        };
    }

    private static void ReadBytes(DataFile file, FloatBuffer numbers, CancellationToken ct)
    {
        var bytes = new byte[1 << 16];
        for (int count; (count = file.Read(bytes)) > 0;)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var value in bytes.AsSpan(0, count))
                numbers.Add(value);
        }
    }

    /// <summary>Code points, without the byte order mark.</summary>
    private static void ReadCharacters(DataFile file, FloatBuffer numbers, CancellationToken ct)
    {
        var bytes = new byte[1 << 16];
        var (held, before, line) = (0, 0L, 1);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var count = file.Read(bytes.AsSpan(held));
            var rest = bytes.AsSpan(0, held + count);
            while (rest.Length > 0)
            {
                var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);

                // A character may go on in the next piece of the file.
                if (status == System.Buffers.OperationStatus.NeedMoreData && count > 0)
                    break;
                if (status != System.Buffers.OperationStatus.Done)
                {
                    throw file.Error($"byte {before + 1}, in line {line}, is no UTF-8. Save the file as UTF-8, or read it with "
                        + "\"unit\": \"bytes\".");
                }

                if (before > 0 || rune.Value != 0xFEFF)
                    numbers.Add(rune.Value);
                line += rune.Value == '\n' ? 1 : 0;
                before += length;
                rest = rest[length..];
            }

            if (count == 0)
                return;
            held = rest.Length;
            rest.CopyTo(bytes);
        }
    }

    /// <summary>Code points become their places among those that occur.</summary>
    private static string[] Renumber(float[] values)
    {
        int[] points = [.. values.Select(value => (int)value).Distinct().Order()];
        var places = Enumerable.Range(0, points.Length).ToDictionary(place => (float)points[place], place => (float)place);
        for (var i = 0; i < values.Length; i++)
            values[i] = places[values[i]];
        return [.. points.Select(point => new Rune(point).ToString())];
    }
}
