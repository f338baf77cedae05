using System.Text;

namespace DurableTrainer.Cli.Tests;

/// <summary>Ends processes in the middle of an experiment, as a crash would, and compares with the experiment that ran through.</summary>
public sealed class KillTests(KillTests.RunThrough through) : IClassFixture<KillTests.RunThrough>
{
    /// <summary>Epochs that a run may do before it is killed, the last one far from the first.</summary>
    private static readonly int[] Moments = [1, 2, 5, 9, 4];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_whose_host_was_killed_five_times_ends_as_one_that_ran_through(bool workersToo)
    {
        using var here = new Workspace();
        here.Write(Workspace.Brief);
        foreach (var epochs in Moments)
        {
            using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
            await program.UntilAsync("\"type\":\"epoch\"", epochs);
            var children = program.Workers;
            program.Kill();
            if (workersToo)
                children.ToList().ForEach(Dtrain.Kill);
            await program.ToEndAsync();
        }

        await AssertSameAsync(here, await Dtrain.RunAsync("run", here.Spec, "--data", here.Data));
    }

    [Fact]
    public async Task A_run_whose_worker_was_killed_five_times_ends_as_one_that_ran_through()
    {
        using var here = new Workspace();
        here.Write(Workspace.Brief);
        using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
        foreach (var epochs in Moments)
        {
            await program.UntilAsync("\"type\":\"epoch\"", epochs);
            program.Workers.ToList().ForEach(Dtrain.Kill);
        }

        await AssertSameAsync(here, await program.ToEndAsync());
    }

    [Fact]
    public async Task A_killed_host_takes_its_workers_along()
    {
        using var here = new Workspace();
        here.Write();
        using var program = Dtrain.Start("run", here.Spec, "--data", here.Data, "--json");
        await program.UntilAsync("\"type\":\"epoch\"");
        var workers = program.Workers;

        program.Kill();
        await program.ToEndAsync();

        var worker = Assert.Single(workers);
        await Dtrain.GoneAsync(worker);
    }

    private async Task AssertSameAsync(Workspace here, Finished finished)
    {
        Assert.True(finished.Status == 0, finished.Error + finished.Output);
        Assert.Equal(through.Result, Encoding.UTF8.GetString(here.Read("small-1/result.json")));
        Assert.Equal(through.Model, here.Read("small-1/model/model.safetensors"));
        // Each completed slice was charged once.
        Assert.Equal(QuotaTests.Total(here, "small-1"), QuotaTests.Of(await QuotaTests.AccountAsync(here), "cpuTime")["used"]!.GetValue<decimal>());
    }

    /// <summary>The experiment without a disturbance.</summary>
    public sealed class RunThrough : IAsyncLifetime
    {
        public string Result { get; private set; } = "";

        public byte[] Model { get; private set; } = [];

        public async Task InitializeAsync()
        {
            using var here = new Workspace();
            var finished = await Dtrain.RunAsync("run", here.Write(Workspace.Brief), "--data", here.Data);
            Assert.True(finished.Status == 0, finished.Error);
            Result = Encoding.UTF8.GetString(here.Read("small-1/result.json"));
            Model = here.Read("small-1/model/model.safetensors");
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
