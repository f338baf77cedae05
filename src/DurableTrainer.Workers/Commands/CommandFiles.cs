using System.Security.Cryptography;
using System.Text;

namespace DurableTrainer.Workers.Commands;

/// <summary>The program of a command and the files that it names, such as a script and its data.</summary>
public static class CommandFiles
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Looks a program up: on the <c>PATH</c>, or from a folder when it has a slash.</summary>
    /// <returns>Its full path, or null when there is none that can be run.</returns>
    public static string? Find(string program, string folder)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return Path.GetFullPath(Path.Combine(folder, program)) is var path && IsProgram(path) ? path : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(place => Path.GetFullPath(Path.Combine(place, program)))
            .FirstOrDefault(IsProgram);
    }

    /// <summary>Those among the words of commands that are files, as seen from a folder, in alphabetical order.</summary>
    /// <param name="runs">Commands, the program first.</param>
    /// <param name="folder">The folder of the spec's file.</param>
    public static IReadOnlyList<string> Among(IEnumerable<IReadOnlyList<string>> runs, string folder) =>
    [
        .. runs
            .SelectMany(run => run[0].Contains('/', StringComparison.Ordinal) ? run : run.Skip(1))
            .Distinct()
            .Where(word => word.Length > 0 && !Path.IsPathRooted(word) && File.Exists(Path.Combine(folder, word)))
            .Order(StringComparer.Ordinal),
    ];

    /// <returns>A hash over the names and contents of files, in hexadecimal; one that is gone counts too.</returns>
    public static string HashOf(IReadOnlyList<string> files, string folder)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            var content = "gone";
            if (File.Exists(Path.Combine(folder, file)))
            {
                using var stream = File.OpenRead(Path.Combine(folder, file));
                content = Convert.ToHexStringLower(SHA256.HashData(stream));
            }

            all.AppendData(Encoding.UTF8.GetBytes($"{content}  {file}\n"));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static bool IsProgram(string path) => File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Executable) != 0);
}
