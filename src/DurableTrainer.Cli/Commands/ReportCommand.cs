using System.CommandLine;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain report ID</c></summary>
internal static class ReportCommand
{
    public static Command Create(ServerOptions server)
    {
        var id = new Argument<string>("ID") { Description = "An experiment, as `dtrain list` names it." };
        var to = new Option<string?>("--to") { Description = "The file to write; ID.html when left out.", HelpName = "FILE" };
        var command = new Command("report", "Writes the report of an ended experiment: one HTML page that needs nothing else.") { id, to };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var source = server.Open(parsed);
            var report = await source.ReportAsync(parsed.GetValue(id)!, cancellation);
            var file = parsed.GetValue(to) ?? $"{parsed.GetValue(id)}.html";
            try
            {
                await File.WriteAllBytesAsync(file, report, cancellation);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"'{file}' cannot be written: {exception.Message}");
            }

            await Console.Out.WriteLineAsync(file);
        });
        return command;
    }
}
