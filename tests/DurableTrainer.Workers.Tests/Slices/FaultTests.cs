using System.IO.Compression;
using DurableTrainer.Storage;
using DurableTrainer.Training.Data;
using static DurableTrainer.Workers.Tests.DigitsExperiment;

namespace DurableTrainer.Workers.Tests.Slices;

/// <summary>What fails here is the surroundings: the trial is not to blame, and goes on once they are mended.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly DigitsExperiment digits = new();

    [Fact]
    public async Task Data_that_has_changed_is_a_fault_that_says_how_to_go_on()
    {
        await digits.RunAsync(Slice(0, 0, 2));
        var old = await File.ReadAllBytesAsync(digits.DataFile);
        await using (var file = new GZipStream(File.Open(digits.DataFile, FileMode.Append), CompressionLevel.Fastest))
            file.Write("0,"u8.ToArray().Concat(Enumerable.Repeat("0,"u8.ToArray(), 63).SelectMany(zero => zero)).Concat("7\n"u8.ToArray()).ToArray());

        var fault = await Assert.ThrowsAsync<DataException>(() => digits.RunAsync(Slice(1, 2, 4)));

        Assert.Contains("has changed since the experiment started", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Put the old file back to go on", fault.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(digits.DataFile, old);
        Assert.Equal(4, (await digits.RunAsync(Slice(1, 2, 4))).Epoch);
    }

    [Fact]
    public async Task Data_that_is_gone_is_a_fault_that_names_it()
    {
        File.Delete(digits.DataFile);

        var fault = await Assert.ThrowsAsync<DataException>(() => digits.RunAsync(Slice(0, 0, 2)));

        Assert.Contains("optdigits.csv.gz", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_that_is_gone_is_a_fault_that_names_it()
    {
        await digits.Store.DeleteAsync(ArtifactPaths.Spec(Id));

        var fault = await Assert.ThrowsAsync<StorageException>(() => digits.RunAsync(Slice(0, 0, 2)));

        Assert.Equal(StorageFault.Missing, fault.Fault);
        Assert.Contains("'experiments/digits-1/spec.json' is gone", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => digits.Dispose();
}
