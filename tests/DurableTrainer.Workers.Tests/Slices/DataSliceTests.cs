using DurableTrainer.Core.Trials;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

/// <summary>Slices of trials whose batches units share.</summary>
public class DataSliceTests
{
    [Theory]
    [InlineData("""{ "mode": "data", "units": 2 }""", @"^unit-0 (has \d+|rests), unit-1 (has \d+|rests): the slowest is expected to take .* for a batch of \d+$")]
    [InlineData("""{ "mode": "auto" }""", "^single, as the trial has one thread$")]
    public async Task Why_a_model_is_spread_as_it_is_comes_with_the_result(string parallel, string reason)
    {
        using var digits = new DigitsExperiment(parallel: parallel);

        var result = await digits.RunAsync(Slice(0, 0, 1));

        Assert.Equal((SliceOutcome.Completed, 1), (result.Outcome, result.Epoch));
        Assert.Equal((0, 0L), (result.Plans[0].Epoch, result.Plans[0].Step));
        Assert.Matches(reason, result.Plans[0].Reason);
    }
}
