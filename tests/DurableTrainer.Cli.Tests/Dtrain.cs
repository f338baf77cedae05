using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DurableTrainer.Cli.Tests;

/// <summary>The program as a user runs it: a process of its own.</summary>
internal sealed class Dtrain : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Shells start what runs in the background such that it, and all that it starts, ignores Ctrl-C; tests may be started so.</summary>
    private const string HearInterrupts = "--default-signal=INT";

    private static readonly Lazy<bool> CanHearInterrupts = new(TryToHearInterrupts);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task<string> error;

    private Dtrain(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["NO_COLOR"] = "1";
        process = Process.Start(start)!;
        error = process.StandardError.ReadToEndAsync();
    }

    public int ProcessId => process.Id;

    /// <summary>The processes that this one has started.</summary>
    public IReadOnlyList<int> Workers => ChildrenOf(process.Id);

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "dtrain.dll");

    public static Dtrain Start(params IEnumerable<string> arguments) => new(With(arguments));

    /// <param name="variables">Variables of its environment, besides those of the test.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Dtrain StartIn(IReadOnlyDictionary<string, string> variables, params IEnumerable<string> arguments)
    {
        var start = With(arguments);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new(start);
    }

    /// <summary>Starts it with an input that the test writes.</summary>
    public static Dtrain StartToTalk(params IEnumerable<string> arguments)
    {
        var start = With(arguments);
        start.RedirectStandardInput = true;
        return new(start);
    }

    /// <summary>Writes a line of input and reads a line of output; null when the program has ended.</summary>
    public async Task<string?> SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
        return await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
    }

    public void EndInput() => process.StandardInput.Close();

    /// <summary>Closes the reading end of the output, as <c>head</c> does.</summary>
    public void CloseOutput() => process.StandardOutput.Close();

    public async Task<int> EndedAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Finished> RunAsync(params string[] arguments)
    {
        using var program = Start(arguments);
        return await program.ToEndAsync();
    }

    /// <summary>Runs a shell script in which <c>$dtrain</c> is the program, with mounts that nobody else sees.</summary>
    public static async Task<Finished> RunWithMountsAsync(string script)
    {
        using var program = new Dtrain(new ProcessStartInfo("unshare", ["--mount", "--map-root-user", "sh", "-c", $"set -e; dtrain='dotnet {Program}'; {script}"]));
        return await program.ToEndAsync();
    }

    /// <summary>What Ctrl-C does to the process itself.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(process.Id, 2));

    public static void Kill(int processId) => Assert.Equal(0, Kill(processId, 9));

    public void Kill() => Kill(process.Id);

    /// <returns>Whether it was there to be killed.</returns>
    public static bool TryKill(int processId) => Kill(processId, 9) == 0;

    /// <summary>The processes that a process has started; none when it has ended.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories($"/proc/{processId}/task")
                    .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
            ];
        }
        catch (IOException)
        {
            // It, or one of its threads, ended meanwhile.
            return [];
        }
    }

    /// <summary>Waits until a process that is not a child of this one has ended.</summary>
    public static async Task GoneAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    /// <summary>Reads lines until the given number of them contain a text.</summary>
    /// <returns>The last of them.</returns>
    public async Task<string> UntilAsync(string text, int times = 1)
    {
        while (true)
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
                ?? throw new InvalidOperationException($"It ended before it said '{text}':\n{output}\n{await error}");
            output.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal) && --times == 0)
                return line;
        }
    }

    public async Task<Finished> ToEndAsync()
    {
        output.Append(await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience));
        await process.WaitForExitAsync().WaitAsync(Patience);
        return new Finished(process.ExitCode, output.ToString(), await error);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static ProcessStartInfo With(IEnumerable<string> arguments) =>
        CanHearInterrupts.Value ? new("env", [HearInterrupts, "dotnet", Program, .. arguments]) : new("dotnet", [Program, .. arguments]);

    /// <summary>Whether this system's <c>env</c>, which becomes the program that it starts, has the option.</summary>
    private static bool TryToHearInterrupts()
    {
        using var attempt = Process.Start(new ProcessStartInfo("env", [HearInterrupts, "true"]) { RedirectStandardError = true })!;
        attempt.WaitForExit();
        return attempt.ExitCode == 0;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}

/// <summary>How a program ended.</summary>
internal sealed record Finished(int Status, string Output, string Error);
