using DurableTrainer.Storage;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

public sealed class DamagedCheckpointTests : IDisposable
{
    private readonly DigitsExperiment digits = new();

    public static TheoryData<string, Func<byte[], byte[]>> Damages => new()
    {
        { "one bit", content => [.. content[..^100], (byte)(content[^100] ^ 1), .. content[^99..]] },
        { "cut off", content => content[..(content.Length / 2)] },
        { "empty", _ => [] },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_newest_checkpoint_falls_back_to_the_one_before_with_a_warning_and_the_same_end(string damage, Func<byte[], byte[]> change)
    {
        using var undamaged = new DigitsExperiment();
        var whole = await undamaged.RunAsync(Slice(0, 0, 6));
        await digits.RunAsync(Slice(0, 0, 2));
        var newest = (await digits.RunAsync(Slice(1, 2, 4))).Checkpoint!;
        digits.Write(newest, change((await digits.Store.ReadAsync(newest))!));
        var epochs = new List<int>();

        var result = await digits.RunAsync(Slice(2, 4, 6), report => epochs.Add(report.Epoch));

        Assert.True(digits.Log.ToString().StartsWith($"trial 0: the checkpoint '{newest}' cannot be used, so the one before it is: ", StringComparison.Ordinal), damage);
        Assert.Equal([3, 4, 5, 6], epochs);
        Assert.Equal((whole.Step, whole.Checkpoint, whole.Best!.Checkpoint), (result.Step, result.Checkpoint, result.Best!.Checkpoint));
        Assert.Equal(await undamaged.Store.ReadAsync(whole.Checkpoint!), await digits.Store.ReadAsync(result.Checkpoint!));
        Assert.Equal(6, (await DurableTrainer.Workers.Slices.MetricsLog.ReadAsync(digits.Store, Id, 0)).Count);
    }

    [Fact]
    public async Task Without_any_good_checkpoint_the_trial_starts_over_and_ends_the_same()
    {
        var whole = await digits.RunAsync(Slice(0, 0, 4));
        var good = await digits.Store.ReadAsync(whole.Checkpoint!);
        foreach (var path in await digits.Store.ListAsync(ArtifactPaths.Checkpoints(Id, 0)))
            digits.Write(path, [1, 2, 3]);
        digits.Write(ArtifactPaths.Checkpoints(Id, 0) + "/notes.txt", [1]);

        var result = await digits.RunAsync(Slice(0, 0, 4));

        Assert.Equal(whole.Metrics, result.Metrics);
        Assert.Equal(good, await digits.Store.ReadAsync(result.Checkpoint!));
    }

    public void Dispose() => digits.Dispose();
}
