namespace DurableTrainer.Training.Data;

/// <summary>Reads the numbers of an array that follow its header.</summary>
internal static class ArrayNumbers
{
    /// <param name="file">Just after its header.</param>
    /// <param name="header">What it said.</param>
    /// <param name="scale">By what every number is multiplied.</param>
    /// <param name="bad">Is told of items with a number that is not finite.</param>
    /// <param name="ct">Ends the reading early.</param>
    /// <exception cref="DataException">The file ends early, or goes on.</exception>
    public static float[] Read(DataFile file, ArrayHeader header, double scale, BadItems bad, CancellationToken ct)
    {
        var numbers = new FloatBuffer(file.Name);
        var (element, total) = (header.Element, header.Count);
        var bytes = new byte[1 << 16];
        var held = 0;
        while (numbers.Count < total)
        {
            ct.ThrowIfCancellationRequested();
            var room = (int)Math.Min(bytes.Length, (total - numbers.Count) * element.Size);
            var count = file.Read(bytes.AsSpan(held, room - held));
            if (count == 0)
            {
                var found = header.Length + (long)numbers.Count * element.Size + held;
                throw file.Error($"the file ends at byte {found}, in the middle of item {numbers.Count / header.ItemSize} of "
                    + $"{header.Dimensions[0]}; its header asks for {header.FileLength} bytes.");
            }

            held += count;
            var whole = held - held % element.Size;
            for (var at = 0; at < whole; at += element.Size)
            {
                var number = (float)(element.Read(bytes.AsSpan(at, element.Size)) * scale);
                if (!float.IsFinite(number))
                {
                    var (item, offset) = (numbers.Count / header.ItemSize, header.Length + (long)numbers.Count * element.Size);
                    bad.Add((int)item, file.Error($"the number at byte {offset} is not finite, or too large for 32 bits after scaling (item {item})."));
                }

                numbers.Add(number);
            }

            bytes.AsSpan(whole, held - whole).CopyTo(bytes);
            held -= whole;
        }

        if (file.Read(bytes.AsSpan(0, 1)) > 0)
            throw file.Error($"the file goes on after byte {header.FileLength}, where its header says that it ends.");
        file.HashRest();
        return numbers.ToArray();
    }
}
