using System.Diagnostics;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Planning;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Which operation of this processor does which of the graph.</summary>
internal static class CpuKernels
{
    public static CpuOperation Of(Operation operation, Placement place) => operation switch
    {
        LinearOperation linear => new CpuLinear(place, linear),
        Conv2dOperation conv when CpuDepthwiseConv2d.Does(conv, place.Input.Shape) => new CpuDepthwiseConv2d(place, conv),
        Conv2dOperation conv => new CpuConv2d(place, conv),
        MaxPool2dOperation pool => new CpuMaxPool2d(place, pool),
        AveragePool2dOperation pool => new CpuAveragePool2d(place, pool),
        GlobalAveragePool2dOperation => new CpuAveragePool2d(place),
        BatchNormOperation norm => new CpuBatchNorm(place, norm),
        LayerNormOperation norm => new CpuLayerNorm(place, norm),
        GroupNormOperation norm => new CpuGroupNorm(place, norm),
        DropoutOperation dropout => new CpuDropout(place, dropout),
        ActivationOperation { Function: Activation.Relu } => new CpuActivation<Relu>(place),
        ActivationOperation { Function: Activation.Gelu } => new CpuActivation<Gelu>(place),
        ActivationOperation { Function: Activation.Silu } => new CpuActivation<Silu>(place),
        ActivationOperation { Function: Activation.Tanh } => new CpuActivation<HyperbolicTangent>(place),
        ActivationOperation { Function: Activation.Sigmoid } => new CpuActivation<Sigmoid>(place),
        SoftmaxOperation => new CpuSoftmax(place),
        EmbeddingOperation embedding => new CpuEmbedding(place, embedding),
        PositionEmbeddingOperation => new CpuPositionEmbedding(place),
        AttentionOperation attention => new CpuAttention(place, attention),
        GruOperation gru => new CpuGru(place, gru),
        AddOperation => new CpuAdd(place),
        _ => throw new UnreachableException($"No kernel does {operation.Name}."),
    };
}
