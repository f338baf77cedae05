using DurableTrainer.Storage.Blobs;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Workers.Slices;
using Microsoft.Extensions.Configuration;

namespace DurableTrainer.Functions;

/// <summary>What the app's settings say.</summary>
/// <param name="Storage">Where artifacts and data are.</param>
/// <param name="Pools">Pools whose slices other workers run.</param>
internal sealed record AppSettings(BlobLocation Storage, IReadOnlyList<string> Pools)
{
    private const string StorageName = "DurableTrainer:Storage";
    private const string PoolsName = "DurableTrainer:Pools";

    /// <summary>The folder of the container that data is uploaded to.</summary>
    private const string DataFolder = "data";

    /// <summary>For what must lie on a disk of this machine for a while.</summary>
    public static string Scratch { get; } = Path.Combine(Path.GetTempPath(), "durabletrainer");

    /// <summary>For those who have time to wait until the storage is back.</summary>
    public BlobStore WorkStore { get; } = new(Storage, new BlobStoreOptions { Patience = TimeSpan.FromMinutes(5) });

    /// <summary>For those who would rather know soon that it is away.</summary>
    public BlobStore Store { get; } = new(Storage, new BlobStoreOptions { Patience = TimeSpan.FromSeconds(15) });

    public DataBlobs Data { get; } = new(Storage, Path.Combine(Scratch, "data"));

    public DataUploads Uploads => new(Data, Storage.Container, DataFolder);

    public DataFiles Files => new(() => Data);

    /// <exception cref="InvalidOperationException">A setting is missing.</exception>
    /// <exception cref="DurableTrainer.Storage.StorageException">The place of the storage is none.</exception>
    public static AppSettings Of(IConfiguration configuration)
    {
        if (configuration[StorageName] is not { Length: > 0 } storage)
            throw new InvalidOperationException($"The setting {StorageName.Replace(":", "__", StringComparison.Ordinal)} is missing: the address of a container, or UseDevelopmentStorage=true.");
        var pools = (configuration[PoolsName] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new(BlobLocation.Parse(storage), pools);
    }

    /// <inheritdoc cref="Of"/>
    public static AppSettings OfEnvironment() => Of(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}
