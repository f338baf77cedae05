using DurableTrainer.Core.Trials;
using static DurableTrainer.Workers.Tests.Commands.CommandExperiment;

namespace DurableTrainer.Workers.Tests.Commands;

/// <summary>Alone, as it counts what the whole process allocates.</summary>
[Collection(nameof(FloodTests))]
[CollectionDefinition(nameof(FloodTests), DisableParallelization = true)]
public class FloodTests
{
    [Fact]
    public async Task A_flood_of_output_without_an_end_of_line_neither_stalls_it_nor_stays()
    {
        const long Flood = 200 << 20;
        using var experiment = new CommandExperiment($$"""
            head -c {{Flood}} /dev/zero | tr '\0' x
            head -c {{Flood}} /dev/zero | tr '\0' y >&2
            echo
            echo '{"epoch": 1, "score": 1}'
            """);
        var before = GC.GetTotalAllocatedBytes();

        var result = await experiment.RunAsync(Slice(0, 0, 1));

        Assert.Equal(SliceOutcome.Completed, result.Outcome);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, Flood);
    }
}
