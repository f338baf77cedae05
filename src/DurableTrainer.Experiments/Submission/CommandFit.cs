using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Training;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>Looks for the program and the files that a command names, and whether the program may be run here.</summary>
/// <param name="folder">The folder of the spec's file.</param>
/// <param name="allowed">What the operator allows.</param>
internal sealed class CommandFit(string folder, AllowedCommands allowed)
{
    private const string Program = "/training/command/run/0";

    /// <summary>The files that the command names, as they were found; null where no command trains.</summary>
    public DataSource? Source { get; private set; }

    public IEnumerable<SpecProblem> Problems(SoundParts parts)
    {
        var commands = parts.Points.Select(point => parts.Training<CommandSpec>("command", point)).OfType<CommandSpec>().ToList();
        if (commands.Count == 0)
            yield break;
        Source = DataSource.Of(folder, CommandFiles.Among(commands.Select(command => command.Run), folder));
        var program = commands[0].Run[0];
        if (!OperatingSystem.IsLinux())
            yield return new("/training/command", "programs of your own are run on Linux only; here, train with dtrain tuner, or a model of the spec");
        else if (allowed.WhyNot(program, folder) is { } why)
            yield return new(Program, why);
        else if (CommandFiles.Find(program, folder) is null)
            yield return new(Program, $"is \"{program}\", which is not there or may not be executed; {(program.Contains('/', StringComparison.Ordinal) ? "it is looked for from the folder of the spec's file" : "it is looked up on the PATH")}");
    }
}
