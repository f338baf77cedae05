using System.CommandLine;
using System.Text.Json.Nodes;
using DurableTrainer.Cli.Views;
using DurableTrainer.Engine.Inspection;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create(CommonOptions options)
    {
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var command = new Command("doctor", "Reads the journal of the data folder and says what is whole; writes nothing.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var folder = options.FolderToRead(parsed);
            if (!Directory.Exists(folder.Journal))
                throw new UsageException($"There is no journal in '{folder.Root}'; name another data folder with --data.");
            var report = JournalInspection.Read(folder.Journal);
            if (parsed.GetValue(json))
                await Console.Out.WriteLineAsync(Json(report).ToJsonString());
            else
                JournalTable.Write(report, folder.Journal, Terminal.Create(parsed.GetValue(options.NoColor)));
            return report.Damage is null ? ExitStatus.Done : ExitStatus.Failed;
        });
        return command;
    }

    private static JsonObject Json(JournalReport report) => new()
    {
        ["whole"] = report.Damage is null,
        ["inUse"] = report.IsInUse,
        ["tornBytes"] = report.TornBytes,
        ["damage"] = report.Damage is { } damage ? new JsonObject { ["file"] = damage.Segment, ["offset"] = damage.Offset, ["message"] = damage.Message } : null,
        ["instances"] = new JsonObject(report.Instances.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key.ToString().ToLowerInvariant(), pair.Value))),
        ["entities"] = report.Entities,
        ["pendingActivities"] = report.PendingActivities,
        ["files"] = new JsonArray([.. report.Files.Select(file => new JsonObject
        {
            ["name"] = file.Name,
            ["kind"] = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(file.Kind.ToString()),
            ["bytes"] = file.Bytes,
            ["soundBytes"] = file.SoundBytes,
            ["frames"] = file.Frames,
            ["records"] = file.Records,
        })]),
    };
}
