using DurableTrainer.Durable;

namespace DurableTrainer.Engine;

/// <summary>
/// The disk of the journal is full. The engine waits, and goes on by itself once there is space. What was asked of it when the disk filled
/// up may be recorded then; what was asked later is not.
/// </summary>
public sealed class DiskFullException : DurableException
{
    internal DiskFullException(string folder, Exception inner)
        : base($"The disk of '{folder}' is full, and the engine waits. Nothing acknowledged is lost: free some space, and it goes on by itself.", inner)
    {
    }
}
