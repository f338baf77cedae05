using DurableTrainer.Core.Training;
using DurableTrainer.Training.Cpu;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Graphs;

/// <summary>Norms, shapes and sequences: what these layers take, give and learn.</summary>
public class LayerShapeTests
{
    public static TheoryData<LayerSpec, int[], string> Mistakes => new()
    {
        { new LayerNormLayer { Epsilon = 0 }, [5], "layerNorm got [5], but wants an epsilon above 0, not 0." },
        { new LayerNormLayer(), [], "layerNorm got [], but wants […, features]." },
        { new GroupNormLayer { Groups = 0 }, [6], "groupNorm got [6], but wants 1 group or more, not 0." },
        { new GroupNormLayer { Groups = 4 }, [6, 2, 2], "groupNorm got [6, 2, 2], but wants channels that its 4 groups divide evenly." },
        { new GroupNormLayer { Groups = 1, Epsilon = -1 }, [6], "groupNorm got [6], but wants an epsilon above 0, not -1." },
        { new GroupNormLayer { Groups = 1 }, [6, 2], "groupNorm got [6, 2], but wants [channels] or [channels, height, width]." },
        { new SoftmaxLayer(), [], "softmax got [], but wants […, classes]." },
        { new ReshapeLayer { Shape = [4, 2] }, [2, 3], "reshape got [2, 3], but wants 8 values for the shape [4, 2]." },
        { new ReshapeLayer { Shape = [4, -1] }, [2, 3], "reshape got [2, 3], but wants a multiple of 4 values for the shape [4, -1]." },
        {
            new ReshapeLayer { Shape = [-1, -1] }, [2, 3],
            "reshape got [2, 3], but wants a shape with sizes of 1 or more, one of which may be -1, not [-1, -1]."
        },
        {
            new ReshapeLayer { Shape = [0, 6] }, [2, 3],
            "reshape got [2, 3], but wants a shape with sizes of 1 or more, one of which may be -1, not [0, 6]."
        },
        { new ReshapeLayer { Shape = [] }, [1], "reshape got [1], but wants a shape with sizes of 1 or more, one of which may be -1, not []." },
        { new EmbeddingLayer { Vocabulary = 0, Width = 2 }, [5], "embedding got [5], but wants a vocabulary of 1 or more, not 0." },
        { new EmbeddingLayer { Vocabulary = 2, Width = 0 }, [5], "embedding got [5], but wants a width of 1 or more, not 0." },
        { new EmbeddingLayer { Vocabulary = 2, Width = 2 }, [5, 1], "embedding got [5, 1], but wants [length]." },
        { new PositionEmbeddingLayer(), [5], "positionEmbedding got [5], but wants [length, width]." },
        { new AttentionLayer { Heads = 0 }, [5, 6], "attention got [5, 6], but wants 1 head or more, not 0." },
        { new AttentionLayer { Heads = 2 }, [6], "attention got [6], but wants [length, width]." },
        { new AttentionLayer { Heads = 4 }, [5, 6], "attention got [5, 6], but wants a width that its 4 heads divide evenly." },
        { new AttentionLayer { Heads = 1 }, [1, int.MaxValue], "attention got [1, 2147483647], but wants a width of at most 715827882." },
        { new GruLayer { Units = 0 }, [5, 6], "gru got [5, 6], but wants 1 unit or more, not 0." },
        { new GruLayer { Units = 3 }, [5], "gru got [5], but wants [length, features]." },
        { new GruLayer { Units = int.MaxValue }, [5, 6], "gru got [5, 6], but wants at most 536870911 units, not 2147483647." },
    };

    public static TheoryData<LayerSpec[]> MisplacedEmbeddings => new()
    {
        new LayerSpec[] { new ReluLayer() },
        new LayerSpec[] { new EmbeddingLayer { Vocabulary = 3, Width = 2 }, new FlattenLayer() },
        new LayerSpec[] { new ResidualLayer { Layers = [new FlattenLayer()] } },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_layer_that_cannot_work_on_its_input_says_what_it_wants(LayerSpec layer, int[] input, string message)
    {
        var e = Assert.Throws<ShapeException>(() => GraphBuilder.Build(new ModelSpec { Layers = [layer] }, input));

        Assert.Equal("/layers/0: " + message, e.Message);
    }

    [Theory]
    [MemberData(nameof(MisplacedEmbeddings))]
    public void An_embedding_behind_anything_that_computes_is_refused(LayerSpec[] before)
    {
        LayerSpec[] layers = [.. before, new EmbeddingLayer { Vocabulary = 3, Width = 2 }];

        var e = Assert.Throws<ShapeException>(() => GraphBuilder.Build(new ModelSpec { Layers = layers }, [4]));

        Assert.Equal($"/layers/{before.Length}", e.Pointer);
        Assert.Equal("the indices of the data, with nothing but flatten and reshape before it", e.Wanted);
    }

    [Fact]
    public void An_embedding_may_stand_behind_a_change_of_shape()
    {
        LayerSpec[] layers = [new ReshapeLayer { Shape = [3, -1] }, new FlattenLayer(), new EmbeddingLayer { Vocabulary = 9, Width = 2 }];

        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, [2, 6]);

        Assert.Equal([12, 2], graph.ShapeOf("layers.2"));
        Assert.Equal(9, graph.Vocabulary);
    }

    [Fact]
    public void Shapes_and_parameters_are_those_of_PyTorch()
    {
        LayerSpec[] layers =
        [
            new EmbeddingLayer { Vocabulary = 11, Width = 6 }, new PositionEmbeddingLayer(), new AttentionLayer { Heads = 3 }, new LayerNormLayer(),
            new GruLayer { Units = 5, Sequence = true }, new GruLayer { Units = 4 }, new GroupNormLayer { Groups = 2 }, new SoftmaxLayer(),
        ];

        var graph = GraphBuilder.Build(new ModelSpec { Layers = layers }, [7]);

        Assert.Equal(
            [
                "layers.0.weight [11, 6]", "layers.1.weight [7, 6]", "layers.2.in_proj.weight [18, 6]", "layers.2.in_proj.bias [18]",
                "layers.2.out_proj.weight [6, 6]", "layers.2.out_proj.bias [6]", "layers.3.weight [6]", "layers.3.bias [6]",
                "layers.4.weight_ih [15, 6]", "layers.4.weight_hh [15, 5]", "layers.4.bias_ih [15]", "layers.4.bias_hh [15]",
                "layers.5.weight_ih [12, 5]", "layers.5.weight_hh [12, 4]", "layers.5.bias_ih [12]", "layers.5.bias_hh [12]",
                "layers.6.weight [4]", "layers.6.bias [4]",
            ],
            graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Shape}"));
        Assert.Equal(
            ["[7, 6]", "[7, 6]", "[7, 18]", "[7, 6]", "[7, 6]", "[7, 6]", "[7, 5]", "[4]", "[4]", "[4]"],
            graph.Nodes.Select(node => $"{node.Shape}"));
        Assert.Equal(GraphJson.Write(graph), GraphJson.Write(GraphJson.Read(GraphJson.Write(graph))));
    }

    [Fact]
    public void Tables_start_normal_and_projections_as_in_PyTorch()
    {
        LayerSpec[] layers = [new EmbeddingLayer { Vocabulary = 100, Width = 32 }, new AttentionLayer { Heads = 2 }];
        var tensors = new ModelTensors(GraphBuilder.Build(new ModelSpec { Layers = layers }, [3]));
        tensors.Initialize(seed: 1, trial: 0);

        var table = tensors["layers.0.weight"].Values.ToArray();
        Assert.InRange(table.Average(), -0.05, 0.05);
        Assert.InRange(table.Average(value => value * value), 0.95, 1.05);
        var glorot = MathF.Sqrt(6f / (32 + 96));
        Assert.InRange(tensors["layers.1.in_proj.weight"].Values.ToArray().Max(), 0.98f * glorot, glorot);
        Assert.InRange(tensors["layers.1.out_proj.weight"].Values.ToArray().Max(), 0.98f / MathF.Sqrt(32), 1 / MathF.Sqrt(32));
        Assert.All(tensors["layers.1.in_proj.bias"].Values.ToArray(), value => Assert.Equal(0, value));
        Assert.All(tensors["layers.1.out_proj.bias"].Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void An_attention_counts_as_its_three_operations() => Assert.Equal(
        "/layers/0: repeat got [2, 4], but wants fewer times than 4000: a model has at most 10000 layers, repeated ones counted each time.",
        Assert.Throws<ShapeException>(() => GraphBuilder.Build(
            new ModelSpec { Layers = [new RepeatLayer { Times = 4_000, Layers = [new AttentionLayer { Heads = 2 }] }] }, [2, 4])).Message);

    [Fact]
    public void A_causal_attention_costs_about_half_of_a_full_one()
    {
        static long Flops(bool causal) => new AttentionOperation(4, causal).CostOf([64, 192], [64, 64]).Flops;

        Assert.Equal(4L * 64 * 64 * 64 + 20 * 4 * 64 * 64, Flops(causal: false));
        Assert.Equal(Flops(causal: false) / 2, Flops(causal: true));
    }
}
