using DurableTrainer.Workers;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Functions;

/// <summary>This program as a worker of the app's pool.</summary>
internal static class WorkerProcess
{
    /// <summary>The first argument of a worker.</summary>
    public const string Argument = "worker";

    /// <returns>The exit status.</returns>
    public static Task<int> RunAsync(AppSettings settings) =>
        WorkerProgram.RunOnConsoleAsync(settings.WorkStore, new WorkerEquipment { Files = settings.Files });
}
