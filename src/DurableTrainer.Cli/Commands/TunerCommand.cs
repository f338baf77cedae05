using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DurableTrainer.Cli.AskTell;
using DurableTrainer.Experiments.Specs;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Experiments.Workflows;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain tuner SPEC</c></summary>
internal static class TunerCommand
{
    public static Command Create()
    {
        var spec = SpecArgument.Create();
        var state = new Option<string?>("--state")
        {
            Description = "Keep everything in this file, so that the search survives a kill at any moment and goes on with the same points.",
            HelpName = "FILE",
        };
        state.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
                result.AddError("--state needs the path of a file.");
        });
        var command = new Command("tuner", "The tuner alone, for programs in any language: a line in, a line out, JSON.") { spec, state };
        command.Options.Add(new HelpOption { Action = new OperationsHelp() });
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(spec)!, parsed.GetValue(state), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string specPath, string? statePath, CancellationToken cancellation)
    {
        var settings = SearchPlans.SearchOf(SpecFile.Read(specPath, needsTraining: false, Availability.TunerProblems));
        var dialogue = new Dialogue(settings);
        RequirePlace(statePath);
        using var file = statePath is null ? null : StateFile.Open(statePath);
        var start = file?.Content is { } content ? SavedSearch.Read(content, settings, statePath!) : dialogue.Start();
        if (file is { Content: null })
            await file.SaveAsync(SavedSearch.Write(start));
        try
        {
            await new Conversation(dialogue, file).RunAsync(start, Console.OpenStandardInput(), Conversation.StandardOutput(), cancellation);
            return ExitStatus.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(statePath is null
                ? "Interrupted. Without --state nothing was kept."
                : $"Interrupted. '{statePath}' has all that was answered: run the same command again to go on.");
            return ExitStatus.Interrupted;
        }
    }

    private static void RequirePlace(string? path)
    {
        if (path is null)
            return;
        if (Directory.Exists(path) || Path.GetFileName(path).Length == 0)
            throw new UsageException($"--state '{path}' is a folder, must be a file.");
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            throw new UsageException($"The folder of --state '{path}' does not exist.");
        if (Path.GetFileName(path).Any(c => c is '\\' or ':' || char.IsControl(c)))
            throw new UsageException("--state needs a file name without backslash, colon and control characters.");
    }

    /// <summary>The usual help, and the operations.</summary>
    private sealed class OperationsHelp : SynchronousCommandLineAction
    {
        private const string Operations = """
            Operations:
              {"op":"ask"}                                     The next point to try; with "count":4 four of them.
              {"op":"report","trial":0,"epoch":3,"value":0.7}  Whether a trial that trains on should continue or stop.
              {"op":"tell","trial":0,"value":0.81}             What a trial reached; or "failed":"why"; with "cost":12.5 if you count,
                                                               and "usage":{"memory":2e9,"cpuTime":80} where there are "limits".
              {"op":"add","point":{"x":0.5},"value":0.7}       A result of your own.
              {"op":"state"}                                   How far the search is, and the best so far.

            Each is answered by a JSON object in a line. The spec needs only "objective" and "space". Examples are in docs/asktell.md.
            """;

        /// <summary>Who asks for help need not have the rest of the line right.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var status = new HelpAction().Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(Operations);
            return status;
        }
    }
}
