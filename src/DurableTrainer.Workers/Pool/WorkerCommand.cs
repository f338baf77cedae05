using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Workers.Pool;

/// <summary>How a worker process is started.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record WorkerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>For a worker that is of no more use to end by itself, so that it can hand over what it has to tell; killed at once by default.</summary>
    public TimeSpan Farewell { get; init; }

    /// <summary>The program that is running now, once more, as <c>worker</c>.</summary>
    /// <param name="dataFolder">Where the artifacts are.</param>
    /// <param name="allowed">The commands that it may run; none when null.</param>
    /// <param name="more">Further options.</param>
    public static WorkerCommand Self(string dataFolder, AllowedCommands? allowed = null, params IEnumerable<string> more)
    {
        return Self(
            ["worker", "--data", dataFolder, .. (allowed ?? AllowedCommands.None).Programs.SelectMany(program => (string[])["--allow-command", program]), .. more]);
    }

    /// <summary>The program that is running now, once more.</summary>
    /// <param name="arguments">Its arguments.</param>
    public static WorkerCommand Self(IReadOnlyList<string> arguments)
    {
        var program = Environment.ProcessPath ?? throw new WorkerStartException("The path of the running program is unknown.");
        // Under `dotnet dtrain.dll` the process is the dotnet host, and its first argument is the program.
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new(program, [Environment.GetCommandLineArgs()[0], .. arguments])
            : new(program, arguments);
    }
}
