using DurableTrainer.Durable;

namespace DurableTrainer.Engine;

/// <summary>The engine was disposed, halted, or lost its journal. What was asked of it may or may not have been recorded.</summary>
public sealed class EngineStoppedException : DurableException
{
    internal EngineStoppedException(Exception? reason)
        : base(reason is null ? "The engine has stopped." : $"The engine has stopped: {reason.Message}", reason)
    {
    }
}
