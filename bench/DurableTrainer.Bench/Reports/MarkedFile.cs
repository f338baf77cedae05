namespace DurableTrainer.Bench.Reports;

/// <summary>A page of the documentation with a place for the figures of a bench, between two lines that readers of the page do not see.</summary>
internal sealed class MarkedFile
{
    public const string End = "<!-- end of figures -->";

    private readonly string file;
    private readonly string begin;

    /// <exception cref="UsageException">The file has no such place.</exception>
    public MarkedFile(string file, string bench)
    {
        (this.file, begin) = (file, Begin(bench));
        if (!File.Exists(file))
            throw new UsageException($"{file} does not exist.");
        if (PlaceIn(File.ReadAllText(file)) is null)
            throw new UsageException($"{file} has no place for tables: a line '{begin}' and after it a line '{End}'.");
    }

    public static string Begin(string bench) => $"<!-- figures of the bench `{bench}`: written by --markdown -->";

    public void Write(string text)
    {
        var page = File.ReadAllText(file);
        var (start, end) = PlaceIn(page) ?? throw new UsageException($"{file} has lost its place for tables.");
        File.WriteAllText(file, $"{page[..start]}\n\n{text.Trim()}\n\n{page[end..]}");
    }

    private (int Start, int End)? PlaceIn(string page)
    {
        var start = page.IndexOf(begin, StringComparison.Ordinal);
        var end = start < 0 ? -1 : page.IndexOf(End, start, StringComparison.Ordinal);
        return end < 0 ? null : (start + begin.Length, end);
    }
}
