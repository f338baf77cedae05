using System.Text.Json.Nodes;
using DurableTrainer.Bench.Reports;

namespace DurableTrainer.Bench.Tests.Train;

/// <summary>The bench as it runs, made as short as it can be: what the lines hold, not how large the figures are.</summary>
public class TrainBenchmarkTests
{
    [Fact]
    public async Task Every_cell_gets_a_line_with_the_name_of_the_bench_first()
    {
        var run = await BenchRun.OfAsync(
            "train", "--quick", "--seconds", "0.03", "--workload", "mlp", "cnn", "--batch", "16", "--threads", "2", "1");

        Assert.Equal(0, run.Status);
        Assert.All(run.Lines, line => Assert.Equal("bench", line.AsObject().First().Key));
        Assert.All(run.Lines, line => Assert.Equal("train", (string?)line["bench"]));
        Assert.True((double)Assert.Single(run.Lines, line => line["matmulGflops"] is not null)["matmulGflops"]! > 0);
        var cells = run.Lines.Where(line => line["workload"] is not null).ToList();
        Assert.Equal(
            [("mlp", 1, 16), ("mlp", 2, 16), ("cnn", 1, 16), ("cnn", 2, 16)],
            cells.Select(line => ((string)line["workload"]!, (int)line["threads"]!, (int)line["batch"]!)));
        Assert.All(cells, line => Assert.True((double)line["samplesPerSecond"]! > 0));
        Assert.All(cells, line => Assert.True((long)line["peakMemoryBytes"]! > 1 << 20));
        Assert.Equal([false, true, false, true], cells.Select(line => line["scaling"] is not null));
        Assert.All(cells, line => Assert.InRange((int)line["rounds"]!, 1, 3));
    }

    [Fact]
    public async Task The_memory_of_a_worker_is_that_of_a_real_one()
    {
        var run = await BenchRun.OfAsync(
            "train", "--quick", "--seconds", "0.03", "--workload", "digits-cnn", "--batch", "64", "--threads", "1");

        var worker = Assert.Single(run.Lines, line => line["worker"] is JsonValue value && (bool)value);
        Assert.Equal(("digits-cnn", 64), ((string)worker["workload"]!, (int)worker["batch"]!));
        Assert.Equal(OperatingSystem.IsLinux(), worker["peakMemoryBytes"] is JsonValue bytes && (long)bytes > 20 << 20);
    }

    [Fact]
    public async Task Tables_go_into_their_place_in_a_page_and_leave_the_rest_alone()
    {
        var page = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(page, $"# Before\n\n{MarkedFile.Begin("train")}\nold\n{MarkedFile.End}\n\nAfter.\n");
            var run = await BenchRun.OfAsync(
                "train", "--quick", "--seconds", "0.03", "--workload", "mlp", "--batch", "64", "--threads", "1", "--markdown", page);

            Assert.Equal(0, run.Status);
            var written = await File.ReadAllTextAsync(page);
            Assert.StartsWith($"# Before\n\n{MarkedFile.Begin("train")}\n\n", written, StringComparison.Ordinal);
            Assert.EndsWith($"\n\n{MarkedFile.End}\n\nAfter.\n", written, StringComparison.Ordinal);
            Assert.Contains("| mlp | 64 | ", written, StringComparison.Ordinal);
            Assert.DoesNotContain("old", written, StringComparison.Ordinal);
            // Again in the place where it was before.
            new MarkedFile(page, "train").Write("new");
            Assert.Equal($"# Before\n\n{MarkedFile.Begin("train")}\n\nnew\n\n{MarkedFile.End}\n\nAfter.\n", await File.ReadAllTextAsync(page));
        }
        finally
        {
            File.Delete(page);
        }
    }
}
