using System.CommandLine;
using System.Text;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Workers;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain worker</c>, started by a pool.</summary>
internal static class WorkerCommandLine
{
    public static Command Create(CommonOptions options)
    {
        var command = new Command("worker", "Runs slices that a pool sends on standard input.") { Hidden = true };
        var allow = AllowCommandOption.Create();
        command.Options.Add(allow);
        command.SetAction(async (parsed, _) =>
        {
            var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            // Whatever else writes to the console must not get between the messages.
            Console.SetOut(Console.Error);
            var folder = options.Folder(parsed);
            var place = CommandPlace.Below(parsed.GetValue(options.Data)!, new AllowedCommands(parsed.GetValue(allow) ?? []));
            using var telemetry = Telemetry.Start(TelemetryRole.Worker);
            using var program = new WorkerProgram(folder.WorkStore, TimeProvider.System, output, Console.Error, place);
            return await program.RunAsync(new StreamReader(Console.OpenStandardInput(), Encoding.UTF8));
        });
        return command;
    }
}
