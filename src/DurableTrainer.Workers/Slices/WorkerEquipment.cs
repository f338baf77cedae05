using DurableTrainer.Training.Processors;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Learners;

namespace DurableTrainer.Workers.Slices;

/// <summary>What a worker works with.</summary>
public sealed record WorkerEquipment
{
    /// <summary>A processor, and files of this machine; no commands.</summary>
    public static WorkerEquipment Plain { get; } = new();

    /// <summary>Where commands are run, and which.</summary>
    public CommandPlace Place { get; init; } = CommandPlace.None;

    /// <summary>Finds data.</summary>
    public DataFiles Files { get; init; } = DataFiles.Local;

    /// <summary>What models are trained on; the CPU processor when null.</summary>
    public IProcessorFactory? Processors { get; init; }

    /// <summary>Starts learners as processes; null where none can be started.</summary>
    public LearnerProcesses? Learners { get; init; }

    /// <summary>A folder of this machine in which trials meet that train in each other's gaps; null where they do not.</summary>
    public string? GapFolder { get; init; }

    /// <summary>Tells how long the device of <see cref="Processors"/> computed; null where nothing does.</summary>
    public IDeviceClock? DeviceClock { get; init; }
}
