using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Graphs;

public class GraphTests
{
    private static readonly ModelSpec Model = new()
    {
        Layers =
        [
            new Conv2dLayer { Filters = 6, Kernel = 3, Stride = 2, Padding = 1, Groups = 3 },
            new RepeatLayer { Times = 2, Layers = [new ResidualLayer { Layers = [new BatchNormLayer(), new ReluLayer()] }] },
            new FlattenLayer(),
            new LinearLayer { Units = 5, Bias = false },
        ],
    };

    private static readonly Graph Graph = GraphBuilder.Build(Model, [3, 7, 8]);

    [Fact]
    public void Containers_expand_to_nodes_whose_paths_count_from_them()
    {
        Assert.Equal(
            [
                "layers.0", "layers.1.0.0.0", "layers.1.0.0.1", "layers.1.0.0", "layers.1.1.0.0", "layers.1.1.0.1", "layers.1.1.0", "layers.2",
                "layers.3",
            ],
            Graph.Nodes.Select(node => node.Id));
        Assert.Equal(["layers.0", "layers.1.0.0.1"], Graph.Nodes[3].Inputs);
        Assert.Equal(["layers.3"], Graph.Outputs);
    }

    [Fact]
    public void Shapes_follow_from_the_input()
    {
        Assert.Equal([6, 4, 4], Graph.ShapeOf("layers.0"));
        Assert.Equal([96], Graph.ShapeOf("layers.2"));
        Assert.Equal([5], Graph.ShapeOf("layers.3"));
    }

    [Fact]
    public void Parameters_and_state_carry_the_path_of_their_layer_and_the_shape_that_PyTorch_gives_them()
    {
        Assert.Equal(
            [
                "layers.0.weight [6, 1, 3, 3]", "layers.0.bias [6]", "layers.1.0.0.0.weight [6]", "layers.1.0.0.0.bias [6]",
                "layers.1.1.0.0.weight [6]", "layers.1.1.0.0.bias [6]", "layers.3.weight [5, 96]",
            ],
            Graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Shape}"));
        Assert.Equal(
            ["layers.1.0.0.0.running_mean", "layers.1.0.0.0.running_var", "layers.1.1.0.0.running_mean", "layers.1.1.0.0.running_var"],
            Graph.State.Select(state => state.Name));
        Assert.Equal(54 + 6 + 24 + 480, Graph.ParameterCount);
    }

    [Fact]
    public void A_graph_survives_its_JSON()
    {
        var json = GraphJson.Write(Graph);

        Assert.Equal(json, GraphJson.Write(GraphJson.Read(json)));
        Assert.Equal(Graph.Nodes.Select(node => node.Operation), GraphJson.Read(json).Nodes.Select(node => node.Operation));
    }

    [Fact]
    public void Costs_count_multiplications_with_additions_as_two()
    {
        var convolution = GraphBuilder.Build(new ModelSpec { Layers = [new Conv2dLayer { Filters = 64, Kernel = 3, Padding = 1 }] }, [32, 8, 8]);
        var linear = GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 10, Bias = false }] }, [64]);

        Assert.Equal(2 * 64 * 288 * 64 + 64 * 64, convolution.Cost.Flops);
        Assert.Equal(new Cost(2 * 640, 4 * (64 + 10 + 640), 40), linear.Cost);
        Assert.Equal(Graph.Nodes.Count(node => node.Operation is not FlattenOperation), Graph.Nodes.Count(node => node.Cost(Graph.ShapeOf).Flops > 0));
    }

    [Fact]
    public void Counts_beyond_all_numbers_stay_large()
    {
        var wide = GraphBuilder.Build(new ModelSpec { Layers = [new LinearLayer { Units = 300_000 }, new LinearLayer { Units = 300_000 }] }, [10]);
        var endless = GraphBuilder.Build(
            new ModelSpec
            {
                Layers =
                [
                    new Conv2dLayer { Filters = int.MaxValue, Kernel = 1_000_000_000, Padding = 1_000_000_000 },
                    new Conv2dLayer { Filters = int.MaxValue, Kernel = 3 },
                ],
            },
            [1, 8, 8]);

        Assert.Equal(300_000L * 11 + 300_000L * 300_001, wide.ParameterCount);
        Assert.Equal(long.MaxValue, endless.ParameterCount);
        Assert.Equal(new Cost(long.MaxValue, long.MaxValue, long.MaxValue), endless.Cost);
        Assert.Equal(long.MaxValue, endless.ShapeOf("layers.1").Size);
    }

    [Fact]
    public void Weights_start_within_one_over_the_root_of_the_fan_in_and_norms_at_one()
    {
        var tensors = new ModelTensors(Graph);
        tensors.Initialize(seed: 5, trial: 2);

        var bound = 1 / MathF.Sqrt(96);
        Assert.All(tensors["layers.3.weight"].Values.ToArray(), value => Assert.InRange(value, -bound, bound));
        Assert.InRange(tensors["layers.3.weight"].Values.ToArray().Average(), -0.15 * bound, 0.15 * bound);
        Assert.InRange(tensors["layers.3.weight"].Values.ToArray().Max(), 0.98f * bound, bound);
        Assert.All(tensors["layers.0.bias"].Values.ToArray(), value => Assert.InRange(value, -1 / 3f, 1 / 3f));
        Assert.All(tensors["layers.1.0.0.0.weight"].Values.ToArray(), value => Assert.Equal(1, value));
        Assert.All(tensors["layers.1.0.0.0.running_mean"].Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void What_a_parameter_starts_with_depends_on_seed_trial_and_path_alone()
    {
        float[] First(Graph graph, long seed, int trial)
        {
            var tensors = new ModelTensors(graph);
            tensors.Initialize(seed, trial);
            return tensors["layers.0.weight"].Values.ToArray();
        }

        var alone = GraphBuilder.Build(new ModelSpec { Layers = [Model.Layers[0]] }, [3, 7, 8]);
        Assert.Equal(First(Graph, 5, 2), First(alone, 5, 2));
        Assert.NotEqual(First(Graph, 5, 2), First(Graph, 5, 3));
        Assert.NotEqual(First(Graph, 5, 2), First(Graph, 6, 2));
    }
}
