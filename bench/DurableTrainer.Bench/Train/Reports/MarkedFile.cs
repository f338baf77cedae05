namespace DurableTrainer.Bench.Train.Reports;

/// <summary>A page of the documentation with a place for figures, between two lines that readers of the page do not see.</summary>
internal static class MarkedFile
{
    public const string Begin = "<!-- figures of the bench `train`: written by --markdown -->";
    public const string End = "<!-- end of figures -->";

    /// <exception cref="UsageException">The file has no such place.</exception>
    public static void Require(string file)
    {
        if (!File.Exists(file))
            throw new UsageException($"{file} does not exist.");
        if (PlaceIn(File.ReadAllText(file)) is null)
            throw new UsageException($"{file} has no place for tables: a line '{Begin}' and after it a line '{End}'.");
    }

    public static void Write(string file, string text)
    {
        var page = File.ReadAllText(file);
        var (start, end) = PlaceIn(page) ?? throw new UsageException($"{file} has lost its place for tables.");
        File.WriteAllText(file, $"{page[..start]}\n\n{text.Trim()}\n\n{page[end..]}");
    }

    private static (int Start, int End)? PlaceIn(string page)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = begin < 0 ? -1 : page.IndexOf(End, begin, StringComparison.Ordinal);
        return end < 0 ? null : (begin + Begin.Length, end);
    }
}
