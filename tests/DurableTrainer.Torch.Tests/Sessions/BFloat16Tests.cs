using DurableTrainer.Training.Sessions;
using TorchSharp;

namespace DurableTrainer.Torch.Tests.Sessions;

/// <summary>On the CPU, which has bfloat16 too: that what is meant for GPUs computes the right thing, if not how fast.</summary>
public class BFloat16Tests
{
    public static TheoryData<string> Names => [.. SmallSessions.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_trains_about_as_in_32_bits(string name)
    {
        var (spec, data) = SmallSessions.All[name];
        using var exact = SmallSessions.Torch(spec, data);
        using var rough = SmallSessions.Torch(spec, data, precision: Precision.BFloat16);

        for (var epoch = 0; epoch < 2; epoch++)
        {
            var (expected, actual) = (exact.RunEpoch().Metrics, rough.RunEpoch());
            Assert.Equal(EpochOutcome.Completed, actual.Outcome);
            Assert.Equal(expected["train.loss"], actual.Metrics["train.loss"], 0.03);
            Assert.Equal(expected["validation.loss"], actual.Metrics["validation.loss"], 0.05);
            Assert.NotEqual(expected["train.loss"], actual.Metrics["train.loss"]);
        }
    }

    [Fact]
    public void Products_have_16_bits_and_what_is_learned_32()
    {
        var products = new DurableTrainer.Torch.Operations.Products(Precision.BFloat16);
        using var scope = torch.NewDisposeScope();
        var weight = torch.rand(5, 7, requires_grad: true);

        var y = products.Linear(torch.rand(3, 7), weight, null);
        y.sum().backward();

        Assert.Equal((torch.bfloat16, torch.float32), (y.dtype, weight.grad!.dtype));
    }
}
