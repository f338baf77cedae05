using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DurableTrainer.Training.Data;

/// <summary>
/// The head of a file in NumPy's array format, versions 1 to 3 (NEP 1, and numpy.lib.format for versions 2 and 3): a mark, a version, a
/// length, and a Python dictionary with the type, order and shape of the array.
/// </summary>
internal static partial class NpyHeader
{
    private const int LongestDictionary = 1 << 20;

    private static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <exception cref="DataException">This is no such file, or an array that cannot be trained on.</exception>
    public static ArrayHeader Read(DataFile file)
    {
        Span<byte> start = stackalloc byte[8];
        file.FillHeader(start, 0);
        if (!start[..6].SequenceEqual(Mark))
            throw file.Error($"the file starts with the bytes {Convert.ToHexStringLower(start[..6])}, which is no NumPy array (934e554d5059).");
        if (start[6] is < 1 or > 3)
            throw file.Error($"the file is in version {start[6]}.{start[7]} of NumPy's format; versions 1 to 3 are read.");

        Span<byte> size = stackalloc byte[start[6] == 1 ? 2 : 4];
        file.FillHeader(size, start.Length);
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestDictionary)
            throw file.Error($"the header claims {length} bytes; it may have up to {LongestDictionary}. The file is damaged.");
        var dictionary = new byte[length];
        file.FillHeader(dictionary, start.Length + size.Length);
        var text = (start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(dictionary);
        return new ArrayHeader(Element(file, text), Dimensions(file, text), start.Length + size.Length + dictionary.Length);
    }

    private static ArrayElement Element(DataFile file, string text)
    {
        if (StructuredType().IsMatch(text))
            throw file.Error("the array has records of several fields; save one array of numbers.");
        var type = Found(file, ElementType(), text, "descr");
        if (type.Contains('O', StringComparison.Ordinal))
            throw file.Error("the array holds Python objects, which only Python can read; save numbers, such as array.astype('float32').");
        if (Found(file, Order(), text, "fortran_order") == "True")
            throw file.Error("the array is in Fortran order, column by column; save numpy.ascontiguousarray(array).");
        return NpyElements.Of(type) ?? throw file.Error($"the array has elements of the type '{type}'; those that are read are whole numbers of 1, "
            + "2, 4 or 8 bytes with and without a sign, floats of 2, 4 or 8 bytes, and booleans.");
    }

    private static int[] Dimensions(DataFile file, string text)
    {
        var shape = Found(file, ShapeTuple(), text, "shape");
        string[] parts = shape.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length == 0)
            throw file.Error("the array is a single number; its first dimension must be the samples.");
        var dimensions = new int[parts.Length];
        Int128 total = 1;
        for (var i = 0; i < parts.Length; i++)
        {
            // Python 2 wrote long numbers with an L.
            if (!long.TryParse(parts[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out var dimension)
                || dimension is < 1 or > int.MaxValue || (total *= dimension) > Array.MaxLength)
            {
                throw file.Error($"the array has the shape ({shape.Trim()}); every dimension must be at least 1, and all together may give up to "
                    + $"{Array.MaxLength} numbers.");
            }

            dimensions[i] = (int)dimension;
        }

        return dimensions;
    }

    private static string Found(DataFile file, Regex pattern, string text, string name) => pattern.Match(text) is { Success: true } match
        ? match.Groups["value"].Value
        : throw file.Error($"the header has no '{name}' that can be read; the file is damaged.");

    [GeneratedRegex("""['"]descr['"]\s*:\s*\[""")]
    private static partial Regex StructuredType();

    [GeneratedRegex("""['"]descr['"]\s*:\s*['"](?<value>[^'"]*)['"]""")]
    private static partial Regex ElementType();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(?<value>True|False)""")]
    private static partial Regex Order();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\((?<value>[^)]*)\)""")]
    private static partial Regex ShapeTuple();
}
