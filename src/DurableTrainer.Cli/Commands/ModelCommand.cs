using System.CommandLine;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain model pull ID</c></summary>
internal static class ModelCommand
{
    public static Command Create(ServerOptions server)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var to = new Option<string>("--to") { Description = "The folder to write to.", HelpName = "DIR", DefaultValueFactory = _ => "." };
        var force = new Option<bool>("--force") { Description = "Overwrite files that are there." };
        var pull = new Command("pull", "Writes the best model: model.safetensors, or checkpoint.zip where a command trained it, and model.json.") { id, to, force };
        server.AddTo(pull);
        pull.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            var files = await source.ModelAsync(parsed.GetValue(id)!, cancellation);
            var target = new FolderStore(Path.GetFullPath(parsed.GetValue(to)!));
            foreach (var (name, content) in files)
            {
                if (!parsed.GetValue(force) && !await target.TryCreateAsync(name, content, cancellation))
                    throw new UsageException($"'{Path.Combine(parsed.GetValue(to)!, name)}' is there already; overwrite it with --force, or write elsewhere with --to.");
                if (parsed.GetValue(force))
                    await target.WriteAsync(name, content, cancellation);
                await Console.Out.WriteLineAsync(Path.Combine(parsed.GetValue(to)!, name));
            }

            if (files.Any(file => file.Name == Path.GetFileName(ArtifactPaths.ModelCheckpoint("x-1"))))
                await Console.Out.WriteLineAsync("The zip file holds the folder that the command kept in DTRAIN_CHECKPOINT, as it was after the best epoch of the best trial; model.json names both.");
        });
        return new Command("model", "The best model of an experiment.") { pull };
    }
}
