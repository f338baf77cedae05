using System.CommandLine;
using System.Text;
using DurableTrainer.Storage;
using DurableTrainer.Workers;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain worker</c>, started by a pool.</summary>
internal static class WorkerCommandLine
{
    public static Command Create(CommonOptions options)
    {
        var command = new Command("worker", "Runs slices that a pool sends on standard input.") { Hidden = true };
        command.SetAction(async (parsed, _) =>
        {
            var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            // Whatever else writes to the console must not get between the messages.
            Console.SetOut(Console.Error);
            using var program = new WorkerProgram(new FolderStore(parsed.GetValue(options.Data)!), TimeProvider.System, output, Console.Error);
            return await program.RunAsync(new StreamReader(Console.OpenStandardInput(), Encoding.UTF8));
        });
        return command;
    }
}
