using System.Globalization;

namespace DurableTrainer.Workers.Pool;

/// <summary>
/// How many processes the system has killed because memory ran out: what tells such a death from a crash, or from somebody's <c>kill -9</c>.
/// Only Linux counts them.
/// </summary>
internal sealed class OutOfMemoryKills
{
    private const string Counter = "oom_kill ";
    private const string OfMachine = "/proc/vmstat";
    private const string Groups = "/sys/fs/cgroup";

    private readonly Func<IEnumerable<string>> files;

    /// <param name="files">Files that hold a line of the counter; those of this machine and of this process's group when null.</param>
    public OutOfMemoryKills(Func<IEnumerable<string>>? files = null) => this.files = files ?? FilesHere;

    /// <summary>All counters together; 0 where there are none.</summary>
    public long Count() => files().Sum(CountIn);

    private static IEnumerable<string> FilesHere()
    {
        if (!OperatingSystem.IsLinux())
            return [];
        var groups = File.Exists("/proc/self/cgroup") ? File.ReadAllLines("/proc/self/cgroup") : [];
        return
        [
            OfMachine,
            // cgroups(7): "0::/path" is the group of the second version, "4:memory:/path" one of the first.
            .. groups.Where(line => line.StartsWith("0::", StringComparison.Ordinal)).Select(line => $"{Groups}{line[3..].TrimEnd('/')}/memory.events"),
            .. groups.Where(line => line.Contains(":memory:", StringComparison.Ordinal))
                .Select(line => $"{Groups}/memory{line[(line.IndexOf(":memory:", StringComparison.Ordinal) + ":memory:".Length)..].TrimEnd('/')}/memory.oom_control"),
        ];
    }

    private static long CountIn(string file)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(Counter, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[Counter.Length..], CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some containers show neither.
            return 0;
        }
    }
}
