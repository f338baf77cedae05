using System.Globalization;

namespace DurableTrainer.Workers.Commands.Processes;

/// <summary>A process as <c>/proc</c> shows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="State">R, S, D, T (stopped), Z (has ended, and nobody has waited for it) and others, see proc(5).</param>
/// <param name="Session">Its session.</param>
/// <param name="CpuTime">What it used, and its children that it waited for.</param>
/// <param name="MemoryBytes">What it has in memory; what it shares with others counts in each.</param>
internal sealed record ProcessState(int Id, char State, int Session, TimeSpan CpuTime, long MemoryBytes)
{
    // USER_HZ, which is the same on every processor that .NET runs on.
    private const double TicksPerSecond = 100;

    public bool HasEnded => State is 'Z' or 'X';

    /// <returns>Null when there is no such process.</returns>
    public static ProcessState? Of(int id)
    {
        if (ReadAll($"/proc/{id}/stat") is not { Length: > 0 } text)
            return null;
        // The name, which may hold anything, stands in parentheses; what follows is counted from field 3 on.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(11) + Number(12) + Number(13) + Number(14);
        return new ProcessState(id, fields[0][0], (int)Number(3), TimeSpan.FromSeconds(ticks / TicksPerSecond), Number(21) * Environment.SystemPageSize);

        long Number(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
    }

    /// <summary>The most that a process had in memory since its program started, in bytes; 0 when there is no such process.</summary>
    public static long PeakMemoryOf(int id)
    {
        const string Peak = "VmHWM:";
        var line = (ReadAll($"/proc/{id}/status") ?? "").Split('\n').FirstOrDefault(line => line.StartsWith(Peak, StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line[Peak.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    public static IReadOnlyList<int> ChildrenOf(int id)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories($"/proc/{id}/task")
                    .SelectMany(task => (ReadAll(Path.Combine(task, "children")) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            // It has ended meanwhile.
            return [];
        }
    }

    /// <summary>Whether the process was started with a variable, given as <c>NAME=value</c>, by whatever way it came to be.</summary>
    public static bool HasVariable(int id, string variable) => (ReadAll($"/proc/{id}/environ") ?? "").Split('\0').Contains(variable);

    private static string? ReadAll(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile, or belongs to someone else.
            return null;
        }
    }
}
