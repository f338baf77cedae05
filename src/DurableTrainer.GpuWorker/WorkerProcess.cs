using DurableTrainer.GpuWorker.Nvml;
using DurableTrainer.Torch;
using DurableTrainer.Workers;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.GpuWorker;

/// <summary>This program as the pool's worker: the process that trains, and that a model which takes a GPU down takes with it.</summary>
public static class WorkerProcess
{
    /// <summary>The first argument of a worker.</summary>
    public const string Argument = "worker";

    /// <returns>The exit status.</returns>
    /// <exception cref="DurableTrainer.Training.TrainingException">This machine has no such device.</exception>
    public static async Task<int> RunAsync(WorkerSettings settings)
    {
        var processors = new TorchProcessorFactory(new TorchOptions { Device = settings.Device });
        using var meter = GpuMeter.Of(settings.Device);
        return await WorkerProgram.RunOnConsoleAsync(
            settings.OpenStore(), new WorkerEquipment { Files = settings.OpenData(), Processors = processors, DeviceClock = meter });
    }
}
