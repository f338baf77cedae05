using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;
using DurableTrainer.Training.Parallel.Pipeline.Stages;

namespace DurableTrainer.Training.Tests.Parallel.Pipeline.Stages;

public class GraphCutsTests
{
    [Fact]
    public void A_model_can_be_cut_behind_the_first_layer_that_learns_and_not_within_a_residual_one()
    {
        var graph = GraphBuilder.Build(
            new ModelSpec
            {
                Layers =
                [
                    new FlattenLayer(), new LinearLayer { Units = 4 },
                    new ResidualLayer { Layers = [new LinearLayer { Units = 4 }, new ReluLayer()] }, new LinearLayer { Units = 2 },
                ],
            },
            [1, 2, 2]);

        string[] cut = [.. GraphCuts.Places(graph).Select(place => graph.Nodes[place - 1].Id)];

        // Behind the first linear layer, and behind the sum of the residual one.
        Assert.Equal(2, cut.Length);
        Assert.Equal("layers.1", cut[0]);
        Assert.Equal(graph.Nodes[^2].Id, cut[1]);
    }

    [Fact]
    public void Parts_together_have_all_nodes_and_each_takes_what_the_one_before_gives()
    {
        var graph = GraphBuilder.Build(
            new ModelSpec { Layers = [new LinearLayer { Units = 4 }, new ReluLayer(), new LinearLayer { Units = 3 }, new LinearLayer { Units = 2 }] }, [5]);
        var places = GraphCuts.Places(graph);

        var parts = GraphCuts.Parts(graph, [places[0], places[^1]]);

        Assert.Equal(graph.Nodes, parts.SelectMany(part => part.Nodes));
        Assert.Equal(graph.Outputs, parts[^1].Outputs);
        foreach (var (before, behind) in parts.Zip(parts.Skip(1)))
            Assert.Equal((before.Outputs[0], before.ShapeOf(before.Outputs[0])), (behind.Inputs[0].Id, behind.Inputs[0].Shape));
    }
}
