using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Tests.Data;

public class SyntheticTests
{
    private static readonly SyntheticDataSpec Spec = new() { Samples = 100, Shape = [2, 3], Classes = 4, Noise = 0.1, Seed = 5 };

    [Fact]
    public void The_same_spec_gives_the_same_samples_and_another_seed_others()
    {
        var (one, again, other) = (Make(Spec), Make(Spec), Make(Spec with { Seed = 6 }));

        Assert.Equal(one.Inputs, again.Inputs);
        Assert.Equal(one.Sha256, again.Sha256);
        Assert.NotEqual(one.Inputs, other.Inputs);
        Assert.NotEqual(one.Sha256, other.Sha256);
        Assert.Equal([2, 3], one.SampleShape);
        Assert.Equal([0, 1, 2, 3, 0], one.Targets[..5]);
    }

    [Fact]
    public void Samples_of_a_class_lie_around_its_centre()
    {
        var still = Make(Spec with { Noise = 0 });
        var noisy = Make(Spec);

        Assert.Equal(still.Inputs[..6], still.Inputs[24..30]);
        Assert.NotEqual(still.Inputs[..6], still.Inputs[6..12]);
        Assert.InRange(Enumerable.Range(0, still.Inputs.Length).Average(i => Math.Pow(noisy.Inputs[i] - still.Inputs[i], 2)), 0.008, 0.012);
    }

    [Fact]
    public void Scaling_and_what_reading_is_made_to_take_leave_the_samples_what_they_are()
    {
        var scaled = Make(Spec with { Scale = 2, Latency = TimeSpan.FromSeconds(1) });

        Assert.Equal(Make(Spec).Inputs.Select(input => 2 * input), scaled.Inputs);
        Assert.Equal(Make(Spec).Sha256, scaled.Sha256);
    }

    [Fact]
    public void More_than_fits_is_refused_before_memory_is_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Assert.Throws<DataException>(() => Make(Spec with { Samples = 10_000_000, Shape = [int.MaxValue, int.MaxValue] })).Message;

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("Lower samples, shape or classes.", problem, StringComparison.Ordinal);
        Assert.Contains("would be too large", Assert.Throws<DataException>(() => Make(Spec with { Scale = 1e38 })).Message, StringComparison.Ordinal);
    }

    private static Dataset Make(SyntheticDataSpec spec) => DatasetReader.Read(spec, "/nowhere");
}
