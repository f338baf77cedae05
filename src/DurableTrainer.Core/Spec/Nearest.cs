namespace DurableTrainer.Core.Spec;

/// <summary>Finds what a user probably meant.</summary>
public static class Nearest
{
    /// <summary>The known name that the fewest changes of single characters lead to; null when none is near.</summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        var (best, distance) = known.Select(candidate => (candidate, Distance(name, candidate))).DefaultIfEmpty((null!, int.MaxValue)).MinBy(pair => pair.Item2);
        return distance <= Math.Max(1, Math.Min(name.Length, best?.Length ?? 0) / 3) ? best : null;
    }

    /// <summary><c>unknown field 'trails'; did you mean 'trials'?</c>, or the list of what is known.</summary>
    public static string Unknown(string noun, string name, IEnumerable<string> known)
    {
        var names = known.ToList();
        return To(name, names) is { } nearest ? $"unknown {noun} '{name}'; did you mean '{nearest}'?"
            : names.Count == 0 ? $"unknown {noun} '{name}'; there are none here"
            : $"unknown {noun} '{name}'; known are {string.Join(", ", names.Take(20))}{(names.Count > 20 ? ", …" : "")}";
    }

    /// <summary>Changes are insertions, deletions, replacements and swaps of neighbours (Damerau 1964); case does not count.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 8 || Math.Max(a.Length, b.Length) > 100)
            return int.MaxValue;
        int[] before = new int[b.Length + 1], last = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            (before, last) = (last, row);
        }

        return last[^1];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
