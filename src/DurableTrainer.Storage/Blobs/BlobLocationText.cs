using System.Text.RegularExpressions;
using Azure.Storage.Blobs;

namespace DurableTrainer.Storage.Blobs;

/// <summary>Reads how users say where. What it says about a mistake holds no part of the text, since any may be a key.</summary>
internal static partial class BlobLocationText
{
    private const string ContainerPart = "Container";

    private const string Ways =
        "Give a connection string (in the Azure portal: Access keys), UseDevelopmentStorage=true for Azurite, or the address of an "
        + "account such as https://name.blob.core.windows.net.";

    public static BlobLocation Parse(string text, string container)
    {
        if (text.Length == 0)
            throw Refused($"The place of the blob storage is empty. {Ways}");
        return text.Contains("://", StringComparison.Ordinal) && !text.Contains(';', StringComparison.Ordinal)
            ? ParseAddress(text, container)
            : ParseConnectionString(text, container);
    }

    private static BlobLocation ParseAddress(string text, string container)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
            throw Refused($"The address of the blob storage is no address of an account. {Ways}");
        if (uri.Scheme != Uri.UriSchemeHttps)
            throw Refused($"The address of a storage account starts with https://, since what opens it must not be overheard. {Ways}");

        var names = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 1)
            throw Refused("The address of a storage account may name a container, as in https://name.blob.core.windows.net/dtrain, and nothing below it.");
        var named = Checked(names.Length == 1 ? names[0] : container);
        var account = new Uri(uri.GetLeftPart(UriPartial.Authority));

        // With a signature in it (a "SAS") the address opens the account by itself.
        return uri.Query.Contains("sig=", StringComparison.Ordinal)
            ? Location($"{account}{named}{uri.Query}", account, named, options => new BlobServiceClient(new Uri(account, uri.Query), options))
            : Location($"{account}{named}", account, named, options => new BlobServiceClient(account, BlobLocation.Identity(), options));
    }

    private static BlobLocation ParseConnectionString(string text, string container)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !parts.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim()))
                throw Refused($"The connection string of the blob storage is none: its parts are name=value, each name once, with ';' between them. {Ways}");
        }

        CheckKey(parts);
        var named = Checked(parts.Remove(ContainerPart, out var own) ? own : container);
        var plain = string.Join(';', parts.Select(part => $"{part.Key}={part.Value}"));
        return Location($"{plain};{ContainerPart}={named}", Account(plain), named, options => new BlobServiceClient(plain, options));
    }

    private static void CheckKey(Dictionary<string, string> parts)
    {
        if (parts.ContainsKey("UseDevelopmentStorage"))
            return;
        if (!parts.ContainsKey("AccountName") && !parts.ContainsKey("BlobEndpoint"))
            throw Refused($"The connection string of the blob storage names no account (AccountName=…). {Ways}");
        if (!parts.TryGetValue("AccountKey", out var key))
        {
            if (!parts.ContainsKey("SharedAccessSignature"))
                throw Refused($"The connection string of the blob storage has no key (AccountKey=…). {Ways}");
        }
        else if (key.Length == 0 || !Convert.TryFromBase64String(key, new byte[key.Length], out _))
        {
            throw Refused("The AccountKey in the connection string of the blob storage is no key: keys are Base64. Copy the whole string again, up to its last '='.");
        }
    }

    private static Uri Account(string connection)
    {
        try
        {
            return new Uri(new BlobServiceClient(connection).Uri.GetLeftPart(UriPartial.Path));
        }
        // The original is not passed on: its text may hold the string.
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw Refused($"The connection string of the blob storage cannot be read. {Ways}");
        }
    }

    /// <summary>Whether a container may have this name.</summary>
    public static bool IsContainer(string name) => ContainerName().IsMatch(name) && name.Length is >= 3 and <= 63;

    private static string Checked(string container) => IsContainer(container)
        ? container
        : throw Refused("The container's name is not allowed: 3 to 63 small letters, digits and single hyphens, with a letter or digit at both ends.");

    private static BlobLocation Location(string text, Uri account, string container, Func<BlobClientOptions, BlobServiceClient> open) =>
        new(text, account, container, open);

    private static StorageException Refused(string message) => new(StorageFault.Misnamed, message);

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerName();
}
