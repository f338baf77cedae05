using System.Diagnostics;
using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Operations;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu;

/// <summary>
/// Decides which value lies where. The way forward gives each node's value a buffer, in the layout that its operation works in. The way
/// back then goes from the last step to the first: the consumers of a value come before the step that made it, so all shares of its
/// gradient are known when they are summed up.
/// </summary>
internal sealed class CpuPlanner(
    Graph graph, ModelTensors tensors, ThreadTeam team, KernelPath path, int batch, bool inputGradient)
{
    private readonly Dictionary<string, CpuValue> values = [];
    private readonly Dictionary<(string, Layout), CpuValue> otherLayouts = [];
    private readonly List<Step> steps = [];

    public CpuExecutable Plan()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var input = NewValue(graph.Inputs[0].Shape, Layout.Plain, inputGradient);
        values.Add(graph.Inputs[0].Id, input);
        foreach (var node in graph.Nodes)
            Place(node);
        var output = In(Layout.Plain, graph.Outputs[0]);
        if (output.NeedsGradient)
            output.Shares.Add(NewBuffer(output));
        var (forward, backward) = PlanBack();
        Settle(input, backward);
        return new CpuExecutable(graph, batch, input, output, forward, [.. backward]);
    }

    private void Place(Node node)
    {
        var layout = WantedLayout(node);
        CpuValue[] inputs = [.. node.Inputs.Select(id => In(layout, id))];
        var alias = node.Operation is FlattenOperation;
        var needsGradient = node.Parameters.Count > 0 || inputs.Any(value => value.NeedsGradient);
        var output = alias
            ? new CpuValue(node.Shape, Layout.Plain, inputs[0].Data, needsGradient)
            : NewValue(node.Shape, node.Shape.Count == 3 ? layout : Layout.Plain, needsGradient);
        values.Add(node.Id, output);
        steps.Add(new Step(node, inputs, output, SharesGradient: alias || node.Operation is AddOperation));
    }

    private Layout WantedLayout(Node node) => node.Operation switch
    {
        LinearOperation or FlattenOperation => Layout.Plain,
        Conv2dOperation or MaxPool2dOperation or AveragePool2dOperation or GlobalAveragePool2dOperation => Layout.ChannelsLast,
        BatchNormOperation => node.Shape.Count == 3 ? Layout.ChannelsLast : Layout.Plain,
        _ => values[node.Inputs[0]].Layout,
    };

    /// <summary>The value in a layout, changed into it once if it is in another.</summary>
    private CpuValue In(Layout layout, string id)
    {
        var value = values[id];
        if (value.Layout == layout)
            return value;
        if (!otherLayouts.TryGetValue((id, layout), out var changed))
        {
            // With one channel or one place, both layouts are the same memory.
            var same = value.Shape[0] == 1 || value.Shape[0] == value.Size;
            changed = same
                ? new CpuValue(value.Shape, layout, value.Data, value.NeedsGradient)
                : NewValue(value.Shape, layout, value.NeedsGradient);
            otherLayouts.Add((id, layout), changed);
            steps.Add(new Step(null, [value], changed, SharesGradient: same));
        }

        return changed;
    }

    private (CpuOperation[] Forward, List<CpuOperation> Backward) PlanBack()
    {
        var forward = new CpuOperation[steps.Count];
        var backward = new List<CpuOperation>();
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var step = steps[i];
            Settle(step.Output, backward);
            TensorBuffer?[] shares = [.. step.Inputs.Select(input => Share(step, input))];
            forward[i] = Operation(step, new Placement
            {
                Node = step.Node,
                Inputs = step.Inputs,
                Output = step.Output,
                InputGradients = shares,
                Tensors = tensors,
                Team = team,
                Path = path,
                Batch = batch,
            });
            if (step.Output.NeedsGradient)
                backward.Add(forward[i]);
        }

        return (forward, backward);
    }

    private TensorBuffer? Share(Step step, CpuValue input)
    {
        if (!input.NeedsGradient)
            return null;
        var share = step.SharesGradient ? step.Output.Gradient! : NewBuffer(input);
        input.Shares.Add(share);
        return share;
    }

    /// <summary>Now that all consumers of a value have their share of its gradient, sums them up where there are several.</summary>
    private void Settle(CpuValue value, List<CpuOperation> backward)
    {
        if (!value.NeedsGradient || value.Gradient is not null)
            return;
        value.Gradient = value.Shares.Count == 1 ? value.Shares[0] : NewBuffer(value);
        if (value.Shares.Count > 1)
            backward.Add(new CpuGradientSum(value, team));
    }

    private static CpuOperation Operation(Step step, Placement place) => step.Node?.Operation switch
    {
        null => step.SharesGradient ? new CpuAlias() : new CpuLayoutChange(place),
        LinearOperation linear => new CpuLinear(place, linear),
        Conv2dOperation conv when CpuDepthwiseConv2d.Does(conv, place.Input.Shape) => new CpuDepthwiseConv2d(place, conv),
        Conv2dOperation conv => new CpuConv2d(place, conv),
        MaxPool2dOperation pool => new CpuMaxPool2d(place, pool),
        AveragePool2dOperation pool => new CpuAveragePool2d(place, pool),
        GlobalAveragePool2dOperation => new CpuAveragePool2d(place),
        BatchNormOperation norm => new CpuBatchNorm(place, norm),
        DropoutOperation dropout => new CpuDropout(place, dropout),
        ActivationOperation { Function: Activation.Relu } => new CpuActivation<Relu>(place),
        ActivationOperation { Function: Activation.Gelu } => new CpuActivation<Gelu>(place),
        ActivationOperation { Function: Activation.Silu } => new CpuActivation<Silu>(place),
        ActivationOperation { Function: Activation.Tanh } => new CpuActivation<HyperbolicTangent>(place),
        ActivationOperation { Function: Activation.Sigmoid } => new CpuActivation<Sigmoid>(place),
        FlattenOperation => new CpuAlias(),
        AddOperation => new CpuAdd(place),
        var operation => throw new UnreachableException($"No kernel does {operation.Name}."),
    };

    private CpuValue NewValue(Shape shape, Layout layout, bool needsGradient) =>
        new(shape, layout, new TensorBuffer(shape.SizeOf(batch)), needsGradient);

    private TensorBuffer NewBuffer(CpuValue value) => new((long)batch * value.Size);

    private sealed record Step(Node? Node, CpuValue[] Inputs, CpuValue Output, bool SharesGradient);
}
