using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Workers;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Learners;
using DurableTrainer.Workers.Pool;
using DurableTrainer.Workers.Slices;

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
            var folder = options.Folder(parsed);
            var place = CommandPlace.Below(parsed.GetValue(options.Data)!, new AllowedCommands(parsed.GetValue(allow) ?? []));
            using var telemetry = Telemetry.Start(TelemetryRole.Worker);
            return await WorkerProgram.RunOnConsoleAsync(folder.WorkStore, new WorkerEquipment
            {
                Place = place,
                GapFolder = CommandPlace.GapsOf(parsed.GetValue(options.Data)!),
                Files = folder.Files,
                Learners = new LearnerProcesses(WorkerCommand.Self([LearnerCommandLine.Name])),
            });
        });
        return command;
    }
}
