using DurableTrainer.Workers.Pool;

namespace DurableTrainer.Workers.Tests.Pool;

public sealed class OutOfMemoryKillsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Kills_of_the_machine_and_of_the_group_count()
    {
        File.WriteAllText(folder.At("vmstat"), "nr_free_pages 5\noom_kill 3\nother 1\n");
        File.WriteAllText(folder.At("memory.events"), "low 0\noom 2\noom_kill 2\noom_group_kill 0\n");
        var kills = new OutOfMemoryKills(() => [folder.At("vmstat"), folder.At("memory.events"), folder.At("not there")]);

        Assert.Equal(5, kills.Count());
    }

    [Fact]
    public void Where_nobody_counts_there_are_none() => Assert.Equal(0, new OutOfMemoryKills(() => [folder.At("nowhere")]).Count());

    public void Dispose() => folder.Dispose();
}
