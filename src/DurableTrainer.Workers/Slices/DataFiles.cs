using DurableTrainer.Core.Training;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Workers.Slices;

/// <summary>
/// Finds the files that a spec takes its samples from: on this machine, or in blob storage, from where they are brought here. A path in blob
/// storage is <c>blob:container/name</c>, or one that is relative to a folder there.
/// </summary>
/// <param name="open">Opens the blob storage when it is first needed; answers null where there is none.</param>
public sealed class DataFiles(Func<DataBlobs?> open)
{
    private readonly Lazy<DataBlobs?> blobs = new(open);

    /// <summary>For those of this machine only.</summary>
    public static DataFiles Local { get; } = new(() => null);

    /// <summary>Reads the samples that a spec names.</summary>
    /// <param name="data">Where they come from.</param>
    /// <param name="folder">The folder that relative paths start from.</param>
    /// <exception cref="DataException">A file is missing, or holds something that is not a sample.</exception>
    /// <exception cref="Storage.StorageException">The blob storage cannot be reached.</exception>
    public Dataset Read(DataSpec data, string folder)
    {
        var brought = new List<(string File, string Path)>();
        var here = data switch
        {
            CsvDataSpec csv => csv with { Path = Here(csv.Path) },
            TextDataSpec text => text with { Path = Here(text.Path) },
            IdxDataSpec idx => idx with { Images = Here(idx.Images), Labels = Here(idx.Labels) },
            Cifar10DataSpec cifar10 => cifar10 with { Path = Here(cifar10.Path) },
            NpyDataSpec npy => npy with { Features = Here(npy.Features), Labels = Here(npy.Labels) },
            _ => data,
        };
        try
        {
            return DatasetReader.Read(here, BlobPath.IsMeant(folder) ? "." : folder);
        }
        catch (DataException exception) when (brought.Count > 0)
        {
            // In the user's words, not by where a copy lies.
            throw new DataException(brought.Aggregate(exception.Message, (text, pair) => text.Replace(pair.File, pair.Path, StringComparison.Ordinal)), exception);
        }

        string Here(string path)
        {
            if (InBlobs(folder, path) is not { } blob)
                return path;
            var file = Bring(path, blob);
            brought.Add((file, path));
            return file;
        }
    }

    /// <summary>Whether the file, or the folder of files, is there.</summary>
    /// <exception cref="Storage.StorageException">The blob storage cannot be reached.</exception>
    public bool Exists(string folder, string path) => InBlobs(folder, path) is { } blob
        ? BlobPath.WhyNot(blob) is null && blobs.Value is { } storage && Wait(storage.ExistsAsync(BlobPath.Parse(blob)))
        : Path.Exists(Path.Combine(folder, path));

    /// <returns>The whole path of a blob; null for a file of this machine.</returns>
    private static string? InBlobs(string folder, string path) =>
        BlobPath.IsMeant(path) ? path : BlobPath.IsMeant(folder) ? $"{folder}/{path}" : null;

    private string Bring(string path, string blob)
    {
        if (BlobPath.WhyNot(blob) is { } why)
            throw new DataException($"{path}: {why}.");
        if (blobs.Value is not { } storage)
            throw new DataException($"{path}: there is no blob storage to read it from. AZURE_STORAGE_CONNECTION_STRING names one.");
        return Wait(storage.BringAsync(BlobPath.Parse(blob))) ?? throw new DataException($"{path}: there is no such blob.");
    }

    /// <summary>Data is read on threads that have nothing else to do.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
