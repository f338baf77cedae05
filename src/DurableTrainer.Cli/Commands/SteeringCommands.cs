using System.CommandLine;
using DurableTrainer.Cli.Sources;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain cancel ID</c>, <c>pause ID</c>, <c>resume ID</c> and <c>delete ID</c></summary>
internal static class SteeringCommands
{
    public static IEnumerable<Command> Create(ServerOptions server) =>
    [
        Steer(server, "cancel", "Ends an experiment with what it has found so far.", (source, id, cancellation) => source.CancelAsync(id, cancellation)),
        Steer(server, "pause", "Starts nothing more of an experiment until it is resumed.", (source, id, cancellation) => source.PauseAsync(id, cancellation)),
        Steer(server, "resume", "Goes on with an experiment that was paused.", (source, id, cancellation) => source.ResumeAsync(id, cancellation)),
        Steer(server, "delete", "Removes an ended experiment with its models, metrics and checkpoints.", async (source, id, cancellation) =>
        {
            await source.DeleteAsync(id, cancellation);
            return $"{id} is deleted.";
        }),
    ];

    private static Command Steer(ServerOptions server, string name, string description, Func<ExperimentSource, string, CancellationToken, Task<string>> steer)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var command = new Command(name, description) { id };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            await Console.Out.WriteLineAsync(await steer(source, parsed.GetValue(id)!, cancellation));
        });
        return command;
    }
}
