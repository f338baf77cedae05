using System.CommandLine;
using DurableTrainer.Cli.Sources;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>--server</c> and the key for it: whom a command asks instead of the data folder.</summary>
internal sealed class ServerOptions
{
    private const string ServerVariable = "DTRAIN_SERVER";

    private readonly CommonOptions common;

    public ServerOptions(CommonOptions common) => this.common = common;

    public Option<string?> Server { get; } = new("--server")
    {
        Description = $"The address of a server; the data folder is used when this and {ServerVariable} are left out.",
        HelpName = "URL",
    };

    public Option<string?> KeyFile { get; } = new("--api-key-file")
    {
        Description = $"A file with the server's API key; {ApiKeys.Variable} when left out.",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Server);
        command.Options.Add(KeyFile);
    }

    /// <summary>The server that was named; null when none was.</summary>
    public ApiClient? Client(ParseResult parsed)
    {
        var named = parsed.GetValue(Server);
        if ((named ?? Environment.GetEnvironmentVariable(ServerVariable)) is not { Length: > 0 } text)
            return named is null ? null : throw new UsageException("--server needs an address, such as http://127.0.0.1:7071.");
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw new UsageException($"'{text}' is no address of a server; write it like http://127.0.0.1:7071.");
        return new ApiClient(server, ApiKeys.Read(parsed.GetValue(KeyFile)));
    }

    /// <summary>The server that was named, or the data folder, which must be there.</summary>
    public ExperimentSource Open(ParseResult parsed) =>
        Client(parsed) is { } client ? new ServerSource(client) : new FolderSource(common.FolderToRead(parsed), common.LogOf(parsed));
}
