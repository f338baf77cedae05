namespace DurableTrainer.GpuWorker.Nvml;

/// <summary>The management library is not there, or does not tell. The message says what was asked.</summary>
public sealed class NvmlException(string message, Exception? inner = null) : Exception(message, inner);
