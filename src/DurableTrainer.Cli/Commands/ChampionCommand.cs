using System.CommandLine;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain champion NAME</c></summary>
internal static class ChampionCommand
{
    public static Command Create(CommonOptions options, ServerOptions server)
    {
        var name = new Argument<string>("NAME") { Description = "The name of an experiment, as its file has it." };
        var json = new Option<bool>("--json") { Description = "A JSON object a line." };
        var command = new Command("champion", "Shows the promoted model of a name, and who has challenged it.") { name, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            var champion = await source.ChampionAsync(parsed.GetValue(name)!, cancellation);
            if (parsed.GetValue(json))
                await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(champion));
            else
                ChampionTable.Write(champion, Terminal.Create(parsed.GetValue(options.NoColor)));
        });
        return command;
    }
}
