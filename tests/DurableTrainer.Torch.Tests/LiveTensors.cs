using TorchSharp;

namespace DurableTrainer.Torch.Tests;

internal static class LiveTensors
{
    /// <summary>Tensors of this process, without those of earlier tests that nobody disposed of.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }
}
