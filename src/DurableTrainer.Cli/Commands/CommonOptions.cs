using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Cli.Commands;

/// <summary>Options that every command takes.</summary>
internal sealed class CommonOptions
{
    /// <summary>The kind of storage that is not a folder.</summary>
    public const string Azure = "azure";

    private const string ConnectionVariable = "AZURE_STORAGE_CONNECTION_STRING";

    public Option<string> Data { get; } = new("--data")
    {
        Description = "The data folder.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".dtrain",
        Recursive = true,
    };

    public CommonOptions() => Data.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
            result.AddError("--data needs the path of a folder.");
    });

    public Option<string> Storage { get; } = new Option<string>("--storage")
    {
        Description = "Where artifacts are: in the data folder, or in Azure Blob Storage.",
        DefaultValueFactory = _ => "folder",
        Recursive = true,
    }.AcceptOnlyFromAmong("folder", Azure);

    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = $"What opens the blob storage; {ConnectionVariable} when left out. UseDevelopmentStorage=true for Azurite.",
        HelpName = "TEXT",
        Recursive = true,
    };

    /// <summary>The data folder that was named, which need not be there.</summary>
    public DataFolder Folder(ParseResult parsed) => DataFolder.Open(parsed.GetValue(Data)!, BlobsOf(parsed));

    /// <summary>The data folder that was named.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public DataFolder FolderToRead(ParseResult parsed) => DataFolder.OpenToRead(parsed.GetValue(Data)!, BlobsOf(parsed));

    /// <summary>The blob storage that the environment names; null for none.</summary>
    /// <exception cref="DurableTrainer.Storage.StorageException">It is no place.</exception>
    public static BlobLocation? NamedByEnvironment() =>
        Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } text ? BlobLocation.Parse(text) : null;

    private BlobLocation? BlobsOf(ParseResult parsed)
    {
        var named = parsed.GetValue(Connection);
        if (parsed.GetValue(Storage) != Azure)
            return named is null ? null : throw new UsageException("--connection is for blob storage; add --storage azure.");
        if ((named ?? Environment.GetEnvironmentVariable(ConnectionVariable)) is not { Length: > 0 } text)
            throw new UsageException($"--storage azure needs --connection or {ConnectionVariable}; UseDevelopmentStorage=true is Azurite on this machine.");
        var location = BlobLocation.Parse(text);
        // Workers are told the same way: a key on a command line could be read by everyone on the machine.
        Environment.SetEnvironmentVariable(ConnectionVariable, location.Reveal());
        return location;
    }

    /// <summary>Where the log goes that was asked for; null when none was.</summary>
    public StandardErrorLog? LogOf(ParseResult parsed) => parsed.GetValue(Verbose) ? new(asJson: parsed.GetValue(LogFormat) == "json") : null;

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "More about what goes on, and stack traces of errors.", Recursive = true };

    /// <summary>How <c>--verbose</c> writes its lines.</summary>
    public Option<string> LogFormat { get; } = new Option<string>("--log-format")
    {
        Description = "How --verbose writes its lines.",
        DefaultValueFactory = _ => "text",
        Recursive = true,
    }.AcceptOnlyFromAmong("text", "json");

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "Plain lines without colours.", Recursive = true };
}
