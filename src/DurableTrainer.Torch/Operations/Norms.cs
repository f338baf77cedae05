using DurableTrainer.Training.Graphs;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DurableTrainer.Torch.Operations;

/// <summary>Normalisations, in 32 bits.</summary>
internal static class Norms
{
    /// <summary>Of <c>[count, features]</c> or <c>[count, channels, height, width]</c>; training moves the running averages.</summary>
    public static torch.Tensor Batch(torch.Tensor x, NodeTensors with, BatchNormOperation norm, bool training)
    {
        x = x.to_type(torch.float32);
        return training && x.numel() == x.shape[1]
            ? SingleRow(x, with, norm)
            : functional.batch_norm(
                x, with["running_mean"], with["running_var"], with["weight"], with["bias"], training, norm.Momentum, norm.Epsilon);
    }

    public static torch.Tensor Layer(torch.Tensor x, NodeTensors with, LayerNormOperation norm) =>
        functional.layer_norm(x.to_type(torch.float32), [x.shape[^1]], with["weight"], with["bias"], norm.Epsilon);

    public static torch.Tensor Group(torch.Tensor x, NodeTensors with, GroupNormOperation norm) =>
        functional.group_norm(x.to_type(torch.float32), norm.Groups, with["weight"], with["bias"], norm.Epsilon);

    /// <summary>
    /// Of which torch wants nothing to know: the row is its own mean, so what comes out is the bias; there is no unbiased variance, and the
    /// running variance stays as it is.
    /// </summary>
    private static torch.Tensor SingleRow(torch.Tensor x, NodeTensors with, BatchNormOperation norm)
    {
        using (torch.no_grad())
            with["running_mean"].mul_(1 - norm.Momentum).add_(x.reshape(-1), norm.Momentum);
        var y = (x - x).reshape(1, -1) * with["weight"] + with["bias"];
        return y.reshape(x.shape);
    }
}
