using System.CommandLine;
using DurableTrainer.Bench.Train.Contestants;

namespace DurableTrainer.Bench;

/// <summary>The benches as commands of one program, and what is said of a command line that names none of them.</summary>
internal static class BenchCommandLine
{
    private const int Failed = 1;
    private const int Usage = 2;

    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Measures DurableTrainer. Every bench prints one JSON object a line.");
        foreach (var benchmark in Benchmark.All)
            root.Subcommands.Add(benchmark.Command);
        root.Subcommands.Add(StepServer.Command(input));

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
                await error.WriteLineAsync(problem.Message);
            await error.WriteLineAsync(Known(parsed.CommandResult.Command));
            return Usage;
        }

        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = output,
            Error = error,
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception exception) when (exception is UsageException or BenchException)
        {
            await error.WriteLineAsync(exception.Message);
            return exception is UsageException ? Usage : Failed;
        }
    }

    private static string Known(Command command) => command is RootCommand
        ? $"The benches are: {string.Join(", ", command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name))}."
        : $"The options of {command.Name} are: {string.Join(", ", command.Options.Select(known => known.Name))}.";
}
