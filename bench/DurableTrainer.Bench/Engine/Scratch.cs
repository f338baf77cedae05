namespace DurableTrainer.Bench.Engine;

/// <summary>A place on the disk that is measured, for folders that are gone when they are done with.</summary>
internal sealed class Scratch(string place)
{
    /// <summary>Lets something use a folder of its own.</summary>
    public async Task<T> WithFolderAsync<T>(Func<string, Task<T>> use)
    {
        var folder = Path.Combine(place, $"durabletrainer-engine-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            return await use(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
