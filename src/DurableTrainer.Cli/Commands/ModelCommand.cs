using System.CommandLine;
using DurableTrainer.Api.Views;
using DurableTrainer.Storage;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain model pull ID</c></summary>
internal static class ModelCommand
{
    public static Command Create(CommonOptions options)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var to = new Option<string>("--to") { Description = "The folder to write to.", HelpName = "DIR", DefaultValueFactory = _ => "." };
        var force = new Option<bool>("--force") { Description = "Overwrite files that are there." };
        var pull = new Command("pull", "Writes the best model: model.safetensors, or checkpoint.zip where a command trained it, and model.json.") { id, to, force };
        pull.SetAction(async (parsed, cancellation) =>
        {
            var store = DataFolder.OpenToRead(parsed.GetValue(options.Data)!).Store;
            var catalog = new ExperimentCatalog(store);
            var view = await catalog.GetAsync(parsed.GetValue(id)!, cancellation);
            var best = (await catalog.ResultAsync(view.Id, cancellation))?.Best
                ?? throw new UsageException($"Experiment '{view.Id}' has no model: {view.Reason ?? "it has not ended yet"}.");
            string[] paths = [best.Model, ArtifactPaths.ModelJson(view.Id)];
            var target = new FolderStore(Path.GetFullPath(parsed.GetValue(to)!));
            foreach (var path in paths)
            {
                var name = Path.GetFileName(path);
                var content = await store.ReadAsync(path, cancellation)
                    ?? throw new UsageException($"Experiment '{view.Id}' has no model: {view.Reason ?? "it has not ended yet"}.");
                if (!parsed.GetValue(force) && !await target.TryCreateAsync(name, content, cancellation))
                    throw new UsageException($"'{Path.Combine(parsed.GetValue(to)!, name)}' is there already; overwrite it with --force, or write elsewhere with --to.");
                if (parsed.GetValue(force))
                    await target.WriteAsync(name, content, cancellation);
                await Console.Out.WriteLineAsync(Path.Combine(parsed.GetValue(to)!, name));
            }

            if (best.Model == ArtifactPaths.ModelCheckpoint(view.Id))
            {
                await Console.Out.WriteLineAsync(
                    $"The zip file holds the folder that the command kept in DTRAIN_CHECKPOINT, as it was after epoch {best.Epoch} of trial {best.Trial}.");
            }
        });
        return new Command("model", "The best model of an experiment.") { pull };
    }
}
