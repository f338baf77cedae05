namespace DurableTrainer.Workers.Commands;

/// <summary>Where a worker runs commands, and which.</summary>
/// <param name="Scratch">The folder in which each slice gets a folder of its own while it runs.</param>
/// <param name="Allowed">The programs that the operator allowed.</param>
public sealed record CommandPlace(string Scratch, AllowedCommands Allowed)
{
    /// <summary>For workers of an operator who allows none.</summary>
    public static CommandPlace None { get; } = new(Path.Combine(Path.GetTempPath(), "dtrain-scratch"), AllowedCommands.None);

    /// <summary>Below a data folder.</summary>
    public static CommandPlace Below(string dataFolder, AllowedCommands allowed) => new(ScratchOf(dataFolder), allowed);

    /// <summary>Deletes what slices of a data folder that was cut off left behind. No worker may run on it.</summary>
    public static void Clean(string dataFolder)
    {
        if (Directory.Exists(ScratchOf(dataFolder)))
            Directory.Delete(ScratchOf(dataFolder), recursive: true);
    }

    /// <summary>Where trials meet that train in each other's gaps, below a data folder.</summary>
    public static string GapsOf(string dataFolder) => Path.Combine(ScratchOf(dataFolder), "gaps");

    private static string ScratchOf(string dataFolder) => Path.Combine(Path.GetFullPath(dataFolder), "scratch");
}
