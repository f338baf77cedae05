using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Tests.Spec;

public class CompletionTests
{
    [Fact]
    public void The_documented_experiment_is_read()
    {
        var spec = SpecReader.Read(Examples.Whole);

        Assert.Equal("digits", spec.Name);
        Assert.Equal(5, spec.Space.Count);
    }
}
