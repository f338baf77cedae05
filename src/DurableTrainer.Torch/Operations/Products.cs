using DurableTrainer.Training.Graphs;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DurableTrainer.Torch.Operations;

/// <summary>The operations that most of the time goes into. What they get is brought to the precision that they work in.</summary>
internal sealed class Products(Precision precision)
{
    private readonly torch.ScalarType type = precision == Precision.BFloat16 ? torch.bfloat16 : torch.float32;

    /// <summary>y = x Wᵀ + b over the last dimension.</summary>
    public torch.Tensor Linear(torch.Tensor x, torch.Tensor weight, torch.Tensor? bias) =>
        functional.linear(In(x), In(weight), InOrNull(bias));

    /// <summary>Cross-correlation of <c>[count, channels, height, width]</c>.</summary>
    public torch.Tensor Conv2d(torch.Tensor x, torch.Tensor weight, torch.Tensor? bias, Conv2dOperation conv) => functional.conv2d(
        In(x), In(weight), InOrNull(bias), strides: [conv.Stride, conv.Stride], padding: [conv.Padding, conv.Padding], groups: conv.Groups);

    /// <summary>Of <c>[count, length, 3 width]</c> to <c>[count, length, width]</c>.</summary>
    public torch.Tensor Attention(torch.Tensor x, AttentionOperation attention)
    {
        var (count, length, width) = (x.shape[0], x.shape[1], x.shape[2] / 3);
        var parts = In(x).chunk(3, -1).Select(OfHeads).ToArray();
        var seen = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: attention.Causal);
        return seen.transpose(1, 2).reshape(count, length, width);

        torch.Tensor OfHeads(torch.Tensor part) =>
            part.reshape(count, length, attention.Heads, width / attention.Heads).transpose(1, 2);
    }

    /// <summary>The same where it has the precision already.</summary>
    public torch.Tensor In(torch.Tensor tensor) => tensor.to_type(type);

    private torch.Tensor? InOrNull(torch.Tensor? tensor) => tensor is null ? null : In(tensor);
}
