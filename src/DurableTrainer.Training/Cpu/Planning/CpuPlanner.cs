using DurableTrainer.Training.Cpu.Kernels;
using DurableTrainer.Training.Cpu.Operations;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Cpu.Planning;

/// <summary>
/// Decides which value lies where. The way forward gives each node's value a buffer, in the layout that its operation works in. The way
/// back then goes from the last step to the first: the consumers of a value come before the step that made it, so all shares of its
/// gradient are known when they are summed up. Memory comes last, when it is known which buffer is in use when.
/// </summary>
internal sealed class CpuPlanner(
    Graph graph, ModelTensors tensors, ThreadTeam team, KernelPath path, int batch, CompileOptions options)
{
    private readonly Dictionary<string, CpuValue> values = [];
    private readonly Dictionary<(string, Layout), CpuValue> otherLayouts = [];
    private readonly List<Step> steps = [];

    public CpuExecutable Plan()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        var input = NewValue(graph.Inputs[0].Shape, Layout.Plain, options.InputGradient && options.WayBack != WayBack.None);
        values.Add(graph.Inputs[0].Id, input);
        foreach (var node in graph.Nodes)
            Place(node);
        var output = In(Layout.Plain, graph.Outputs[0]);
        if (output.NeedsGradient)
            output.Shares.Add(NewBuffer(output));
        var back = PlanBack();
        Settle(input, back);
        var groups = Fusion.Of(steps, output);
        var bytes = new Timeline(groups, back, options.WayBack).Plan(input, output).Place();
        return new CpuExecutable(graph, batch, options.WayBack, input, output, groups, back, bytes);
    }

    private void Place(Node node)
    {
        var layout = WantedLayout(node);
        CpuValue[] inputs = [.. node.Inputs.Select(id => In(layout, id))];
        var alias = node.Operation is FlattenOperation or ReshapeOperation;
        var needsGradient = options.WayBack != WayBack.None && (node.Parameters.Count > 0 || inputs.Any(value => value.NeedsGradient));
        var output = alias
            ? new CpuValue(node.Shape, Layout.Plain, inputs[0].Data, needsGradient)
            : NewValue(node.Shape, node.Shape.Count == 3 ? layout : Layout.Plain, needsGradient);
        values.Add(node.Id, output);
        steps.Add(new Step(node, inputs, output, alias, SharesGradient: alias || node.Operation is AddOperation or PositionEmbeddingOperation));
    }

    private Layout WantedLayout(Node node) => node.Operation switch
    {
        LinearOperation or FlattenOperation or ReshapeOperation or LayerNormOperation or SoftmaxOperation => Layout.Plain,
        Conv2dOperation or MaxPool2dOperation or AveragePool2dOperation or GlobalAveragePool2dOperation => Layout.ChannelsLast,
        BatchNormOperation or GroupNormOperation => node.Shape.Count == 3 ? Layout.ChannelsLast : Layout.Plain,
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
            steps.Add(new Step(null, [value], changed, IsAlias: same, SharesGradient: same));
        }

        return changed;
    }

    private List<BackStep> PlanBack()
    {
        var back = new List<BackStep>();
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var step = steps[i];
            Settle(step.Output, back);
            TensorBuffer?[] shares = [.. step.Inputs.Select(input => Share(step, input))];
            step.Place = new Placement
            {
                Node = step.Node,
                Inputs = step.Inputs,
                Output = step.Output,
                InputGradients = shares,
                Tensors = tensors,
                Team = team,
                Path = path,
                Batch = batch,
            };
            step.Operation = OperationOf(step, step.Place);
            if (step.Output.NeedsGradient && !step.IsAlias)
                back.Add(BackStep.Of(step));
        }

        return back;
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
    private void Settle(CpuValue value, List<BackStep> back)
    {
        if (!value.NeedsGradient || value.Gradient is not null)
            return;
        value.Gradient = value.Shares.Count == 1 ? value.Shares[0] : NewBuffer(value);
        if (value.Shares.Count > 1)
            back.Add(BackStep.Sum(value, new CpuGradientSum(value, team)));
    }

    private static CpuOperation OperationOf(Step step, Placement place) =>
        step.IsAlias ? new CpuAlias()
        : step.Node is { } node ? CpuKernels.Of(node.Operation, place)
        : new CpuLayoutChange(place);

    private CpuValue NewValue(Shape shape, Layout layout, bool needsGradient) =>
        new(shape, layout, TensorBuffer.Unplaced(shape.SizeOf(batch)), needsGradient);

    private TensorBuffer NewBuffer(CpuValue value) => TensorBuffer.Unplaced((long)batch * value.Size);
}
