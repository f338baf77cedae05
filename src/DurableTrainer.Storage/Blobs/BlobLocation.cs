using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace DurableTrainer.Storage.Blobs;

/// <summary>
/// One container of an account of Azure Blob Storage, and what opens it: a connection string, <c>UseDevelopmentStorage=true</c> for
/// Azurite on this machine, or the address of an account (<c>https://….blob.core.windows.net[/container]</c>), which is opened with
/// whatever identity this process has: a managed identity, or who is signed in here.
/// </summary>
public sealed class BlobLocation
{
    /// <summary>The container that is used when none is named.</summary>
    public const string DefaultContainer = "dtrain";

    private readonly string text;
    private readonly Func<BlobClientOptions, BlobServiceClient> open;

    internal BlobLocation(string text, Uri account, string container, Func<BlobClientOptions, BlobServiceClient> open)
    {
        this.text = text;
        this.open = open;
        Account = account;
        Container = container;
    }

    /// <summary>The account's address, without anything secret.</summary>
    public Uri Account { get; }

    public string Container { get; }

    /// <param name="text">
    /// As above. A connection string may have <c>Container=name</c> among its parts, the address of an account a container as its path.
    /// </param>
    /// <param name="container">The container where <paramref name="text"/> names none.</param>
    /// <exception cref="StorageException">It is no place; the message says why, and never holds a part of the text that may be secret.</exception>
    public static BlobLocation Parse(string text, string container = DefaultContainer) => BlobLocationText.Parse(text.Trim(), container);

    /// <summary>
    /// All that another process needs to open the same container, as <see cref="Parse"/> takes it. It may hold a key: hand it on in an
    /// environment variable or a pipe, never on a command line or in a log.
    /// </summary>
    public string Reveal() => text;

    /// <returns>Account and container; nothing secret.</returns>
    public override string ToString() => $"{Account.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{Container}";

    /// <param name="options">How to deal with the service.</param>
    /// <param name="container">Another container of the account; this one when null.</param>
    internal BlobContainerClient Open(BlobStoreOptions options, string? container = null) =>
        open(options.ForClient()).GetBlobContainerClient(container ?? Container);

    internal static TokenCredential Identity() => new DefaultAzureCredential();
}
