using System.CommandLine;
using DurableTrainer.Cli.Commands;

namespace DurableTrainer.Cli;

/// <summary>The commands of <c>dtrain</c>, and what every one of them does alike.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new CommonOptions();
        var server = new ServerOptions(options);
        var root = new RootCommand("Tunes and trains machine-learning models as durable workflows.");
        root.Options.Add(options.Data);
        root.Options.Add(options.Storage);
        root.Options.Add(options.Connection);
        root.Options.Add(options.Verbose);
        root.Options.Add(options.LogFormat);
        root.Options.Add(options.NoColor);
        root.Subcommands.Add(RunCommand.Create(options));
        root.Subcommands.Add(ServeCommand.Create(options));
        root.Subcommands.Add(SubmitCommand.Create(options, server));
        root.Subcommands.Add(PlanCommand.Create(options));
        root.Subcommands.Add(ListCommand.Create(options, server));
        root.Subcommands.Add(ShowCommand.Create(options, server));
        root.Subcommands.Add(WatchCommand.Create(options, server));
        foreach (var command in SteeringCommands.Create(server))
            root.Subcommands.Add(command);
        root.Subcommands.Add(ReportCommand.Create(server));
        root.Subcommands.Add(ModelCommand.Create(server));
        root.Subcommands.Add(TunerCommand.Create());
        root.Subcommands.Add(ChampionCommand.Create(options, server));
        root.Subcommands.Add(PoolsCommand.Create(options));
        root.Subcommands.Add(QuotaCommand.Create(options));
        root.Subcommands.Add(DoctorCommand.Create(options));
        root.Subcommands.Add(SchemaCommand.Create());
        root.Subcommands.Add(VersionCommand.Create());
        root.Subcommands.Add(WorkerCommandLine.Create(options));
        root.Subcommands.Add(LearnerCommandLine.Create());

        var parsed = root.Parse(args);
        using var interrupt = new Interrupt();
        try
        {
            // Asking for help or the version ends well; what cannot be parsed prints its errors and the usage.
            var status = await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
            return parsed.Errors.Count > 0 ? ExitStatus.Usage : status;
        }
        catch (Exception exception)
        {
            ErrorReport.Write(exception, parsed.GetValue(options.Verbose), Console.Error);
            return ErrorReport.StatusOf(exception, interrupt.Token);
        }
    }
}
