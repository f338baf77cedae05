using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Graphs;

public class GraphDifferenceTests
{
    private static readonly LayerSpec[] Layers =
        [new Conv2dLayer { Filters = 5, Kernel = 3 }, new BatchNormLayer(), new DropoutLayer { Rate = 0.3 }, new FlattenLayer(), new LinearLayer { Units = 10 }];

    [Fact]
    public void Models_that_learn_the_same_tensors_can_go_on_as_each_other_whatever_else_differs() =>
        Assert.Null(Difference([Layers[0], Layers[1], new DropoutLayer { Rate = 0.5 }, new SiluLayer(), .. Layers[3..]], Layers[2], new TanhLayer()));

    [Fact]
    public void A_layer_of_another_width_is_named_with_both_shapes() =>
        Assert.Equal(
            "layers.0.weight is [5, 1, 3, 3] in one and [6, 1, 3, 3] in the other",
            Difference([new Conv2dLayer { Filters = 6, Kernel = 3 }, .. Layers[1..]]));

    [Fact]
    public void A_tensor_that_only_one_has_is_named_whichever_has_it()
    {
        LayerSpec[] withoutBias = [.. Layers[..^1], new LinearLayer { Units = 10, Bias = false }];

        Assert.Equal("only one has layers.4.bias", Difference(withoutBias));
        Assert.Equal("only one has layers.4.bias", GraphDifference.Of(Graph(withoutBias), Graph(Layers)));
    }

    private static string? Difference(LayerSpec[] other, params LayerSpec[] inserted) =>
        GraphDifference.Of(Graph(inserted.Length == 0 ? Layers : [.. Layers[..2], .. inserted, .. Layers[3..]]), Graph(other));

    private static Graph Graph(LayerSpec[] layers) => GraphBuilder.Build(new ModelSpec { Layers = layers }, [1, 8, 8]);
}
