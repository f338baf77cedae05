namespace DurableTrainer.Bench.Tests.Data;

/// <summary>The bench as it runs, made as short as it can be: what the lines hold, not how good the figures are.</summary>
public class DataBenchmarkTests
{
    [Fact]
    public async Task It_prints_how_near_the_bound_units_come_and_how_far_their_losses_are_from_those_of_one()
    {
        var picture = Path.GetTempFileName();
        try
        {
            var run = await BenchRun.OfAsync("data", "--quick", "--picture", picture);

            Assert.Equal("", run.Status == 0 ? "" : run.Error);
            Assert.Equal(4, run.Lines.Count);
            foreach (var name in new[] { "ratioToBound", "recoveredRatio", "simulatedRatio" })
                Assert.True((double)run.Lines[0][name]! > 0, name);
            Assert.Contains("duty cycles 1 and 0.5", (string)run.Lines[0]["throttling"]!, StringComparison.Ordinal);
            Assert.Equal(["with batch norm", "without batch norm"], run.Lines.Take(1..3).Select(line => (string)line["model"]!));
            Assert.All(run.Lines.Take(1..3), line => Assert.InRange((double)line["lossDifference"]!, 0, 1e-4));
            Assert.InRange((double)run.Lines[3]["speedUp"]!, (double)run.Lines[3]["least"]!, (double)run.Lines[3]["most"]!);
            Assert.StartsWith("<svg ", await File.ReadAllTextAsync(picture), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(picture);
        }
    }
}
