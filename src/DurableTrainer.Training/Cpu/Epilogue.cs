using DurableTrainer.Training.Cpu.Kernels;

namespace DurableTrainer.Training.Cpu;

/// <summary>What is done to a part of an output while it still lies in a cache of the thread that made it.</summary>
internal abstract class Epilogue
{
    /// <summary>Called once for each value, from several threads at a time.</summary>
    public abstract void Apply(in Matrix part);
}
