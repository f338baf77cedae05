using DurableTrainer.Core.Training;
using DurableTrainer.Training.Graphs;

namespace DurableTrainer.Training.Tests.Graphs;

public class ShapeTests
{
    private static readonly int[] Image = [3, 8, 8];
    private static readonly int[] Features = [10];

    public static TheoryData<LayerSpec, int[], string> Mistakes => new()
    {
        { new LinearLayer { Units = 0 }, Features, "/layers/0: linear got [10], but wants 1 unit or more, not 0." },
        { new LinearLayer { Units = 3 }, [], "/layers/0: linear got [], but wants […, features]." },
        { new Conv2dLayer { Filters = 4, Kernel = 3 }, Features, "/layers/0: conv2d got [10], but wants [channels, height, width]." },
        { new Conv2dLayer { Filters = 0, Kernel = 3 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants 1 filter or more, not 0." },
        { new Conv2dLayer { Filters = 4, Kernel = 0 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants a kernel of 1 or more, not 0." },
        { new Conv2dLayer { Filters = 4, Kernel = 11, Padding = 1 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants height and width of 9 or more for its kernel of 11." },
        { new Conv2dLayer { Filters = 4, Kernel = 3, Stride = 0 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants a stride of 1 or more, not 0." },
        { new Conv2dLayer { Filters = 4, Kernel = 3, Padding = -1 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants a padding of 0 or more, not -1." },
        { new Conv2dLayer { Filters = 4, Kernel = 3, Groups = 0 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants 1 group or more, not 0." },
        { new Conv2dLayer { Filters = 4, Kernel = 3, Groups = 2 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants channels that its 2 groups divide evenly." },
        { new Conv2dLayer { Filters = 4, Kernel = 3, Groups = 3 }, Image, "/layers/0: conv2d got [3, 8, 8], but wants filters that its 3 groups divide evenly, not 4." },
        {
            new Conv2dLayer { Filters = 4, Kernel = 3, Padding = int.MaxValue }, Image,
            "/layers/0: conv2d got [3, 8, 8], but wants a padding of at most 1073741819, not 2147483647."
        },
        { new MaxPool2dLayer { Size = 2 }, Features, "/layers/0: maxPool2d got [10], but wants [channels, height, width]." },
        { new MaxPool2dLayer { Size = 9 }, Image, "/layers/0: maxPool2d got [3, 8, 8], but wants height and width of 9 or more for its size of 9." },
        { new AveragePool2dLayer { Size = 2, Padding = 2 }, Image, "/layers/0: averagePool2d got [3, 8, 8], but wants a padding of at most 1, half its size, not 2." },
        { new GlobalAveragePool2dLayer(), Features, "/layers/0: globalAveragePool2d got [10], but wants [channels, height, width]." },
        { new BatchNormLayer(), [4, 5], "/layers/0: batchNorm got [4, 5], but wants [features] or [channels, height, width]." },
        { new BatchNormLayer { Momentum = 2 }, Image, "/layers/0: batchNorm got [3, 8, 8], but wants a momentum in [0, 1], not 2." },
        { new BatchNormLayer { Epsilon = 0 }, Image, "/layers/0: batchNorm got [3, 8, 8], but wants an epsilon above 0, not 0." },
        { new DropoutLayer { Rate = 1 }, Image, "/layers/0: dropout got [3, 8, 8], but wants a rate in [0, 1), not 1." },
        { new RepeatLayer { Times = -1, Layers = [] }, Image, "/layers/0: repeat got [3, 8, 8], but wants 0 times or more, not -1." },
        {
            new ResidualLayer { Layers = [new Conv2dLayer { Filters = 4, Kernel = 3, Padding = 1 }] }, Image,
            "/layers/0: residual got [3, 8, 8], but wants layers that keep the shape; these give [4, 8, 8]."
        },
        {
            new RepeatLayer { Times = 2, Layers = [new ReluLayer(), new MaxPool2dLayer { Size = 5 }] }, Image,
            "/layers/0/layers/1: maxPool2d got [3, 1, 1], but wants height and width of 5 or more for its size of 5."
        },
    };

    public static TheoryData<LayerSpec, string> TooManyLayers => new()
    {
        {
            new RepeatLayer { Times = 1_000_000_000, Layers = [new ReluLayer()] },
            "/layers/0: repeat got [10], but wants fewer times than 1000000000: a model has at most 10000 layers, repeated ones counted each time."
        },
        {
            new RepeatLayer { Times = 200, Layers = [new RepeatLayer { Times = 100, Layers = [new ReluLayer()] }] },
            "/layers/0: repeat got [10], but wants fewer times than 200: a model has at most 10000 layers, repeated ones counted each time."
        },
        {
            new RepeatLayer { Times = 2, Layers = [new ResidualLayer { Layers = [new RepeatLayer { Times = int.MaxValue, Layers = [new ReluLayer()] }] }] },
            "/layers/0/layers/0/layers/0: repeat got [10], but wants fewer times than 2147483647: a model has at most 10000 layers, repeated ones counted each time."
        },
        {
            new ResidualLayer { Layers = [new RepeatLayer { Times = 10_000, Layers = [new ReluLayer()] }] },
            "/layers/0: residual got [10], but wants fewer layers up to here: a model has at most 10000, repeated ones counted each time."
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_layer_that_cannot_work_on_its_input_says_where_and_what_it_wants(LayerSpec layer, int[] input, string message)
    {
        var e = Assert.Throws<ShapeException>(() => GraphBuilder.Build(new ModelSpec { Layers = [layer] }, input));

        Assert.Equal(message, e.Message);
        Assert.IsType<TrainingException>(e, exactMatch: false);
    }

    [Fact]
    public void The_pointer_counts_through_containers()
    {
        var model = new ModelSpec
        {
            Layers = [new ReluLayer(), new ResidualLayer { Layers = [new RepeatLayer { Times = 1, Layers = [new LinearLayer { Units = -2 }] }] }],
        };

        var e = Assert.Throws<ShapeException>(() => GraphBuilder.Build(model, Features));

        Assert.Equal("/layers/1/layers/0/layers/0", e.Pointer);
        Assert.Equal(("linear", new Shape(10)), (e.Layer, e.Input));
    }

    [Theory]
    [MemberData(nameof(TooManyLayers))]
    public void A_model_of_too_many_layers_is_refused_before_they_are_made(LayerSpec layer, string message)
    {
        var e = Assert.Throws<ShapeException>(() => GraphBuilder.Build(new ModelSpec { Layers = [layer] }, Features));

        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void The_largest_model_holds_as_many_layers_as_are_allowed_and_no_more()
    {
        LayerSpec[] layers = [new RepeatLayer { Times = 2_500, Layers = [new ResidualLayer { Layers = [new RepeatLayer { Times = 3, Layers = [new ReluLayer()] }] }] }];

        Assert.Equal(GraphBuilder.MostNodes, GraphBuilder.Build(new ModelSpec { Layers = layers }, Features).Nodes.Count);
        Assert.Equal(
            "/layers/1: tanh got [10], but wants fewer layers up to here: a model has at most 10000, repeated ones counted each time.",
            Assert.Throws<ShapeException>(() => GraphBuilder.Build(new ModelSpec { Layers = [.. layers, new TanhLayer()] }, Features)).Message);
    }

    [Fact]
    public void Repeating_nothing_takes_no_time_and_gives_what_came_in()
    {
        var nothing = new RepeatLayer { Times = int.MaxValue, Layers = [new RepeatLayer { Times = int.MaxValue, Layers = [] }] };

        Assert.Equal(["input"], GraphBuilder.Build(new ModelSpec { Layers = [nothing] }, Features).Outputs);
    }

    [Fact]
    public void A_model_without_layers_is_refused() => Assert.Equal(
        "/layers: a model got [10], but wants 1 layer or more.",
        Assert.Throws<ShapeException>(() => GraphBuilder.Build(new ModelSpec { Layers = [] }, Features)).Message);

    [Fact]
    public void Cross_entropy_wants_classes_from_the_last_layer() => Assert.Equal(
        "/layers/1: crossEntropy got [3, 8, 8], but wants [classes] from the last layer.",
        Assert.Throws<ShapeException>(() => GraphBuilder.Build(
            new ModelSpec { Layers = [new ReluLayer(), new TanhLayer()] }, Image, new CrossEntropySpec())).Message);

    [Fact]
    public void A_mean_squared_error_wants_one_prediction_from_the_last_layer() => Assert.Equal(
        "/layers/0: meanSquaredError got [2], but wants [1] from the last layer.",
        Assert.Throws<ShapeException>(() => GraphBuilder.Build(
            new ModelSpec { Layers = [new LinearLayer { Units = 2 }] }, Features, new MeanSquaredErrorSpec())).Message);
}
