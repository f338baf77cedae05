using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Workers.Commands;

namespace DurableTrainer.Cli.Commands;

/// <summary>The experiment file that a command works on.</summary>
internal static class SpecArgument
{
    public static Argument<string> Create() => new("SPEC") { Description = "An experiment file, JSON or YAML." };

    /// <summary>Reads an experiment file and holds it against its data and model, or its command; writes nothing.</summary>
    public static PreparedExperiment Prepare(string path, AllowedCommands allowed, DataFolder folder) =>
        PreparedExperiment.Read(path, EmbeddedHost.Pools, allowed, folder.Files);
}
