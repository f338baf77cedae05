namespace DurableTrainer.Durable.Tests;

public class FailureTests
{
    [Fact]
    public void It_carries_the_type_and_message_of_the_original_exception()
    {
        var failure = Failure.From(new FileNotFoundException("gone"));

        Assert.Equal(("System.IO.FileNotFoundException", "gone"), (failure.Type, failure.Message));
        Assert.True(failure.Is<FileNotFoundException>());
        Assert.False(failure.Is<IOException>());
    }

    [Fact]
    public void Passed_on_through_another_boundary_it_stays_the_original()
    {
        var original = Failure.From(new FileNotFoundException("gone"));

        Assert.Same(original, Failure.From(new ActivityFailedException("Read", original)));
        Assert.Same(original, Failure.From(new SubOrchestrationFailedException("child", original)));
        Assert.Same(original, Failure.From(new EntityFailedException(new EntityId("Sum", "all"), "Add", original)));
    }

    [Fact]
    public void Messages_name_what_failed()
    {
        var failure = new Failure("T", "gone");

        Assert.Equal("Activity 'Read' failed: gone", new ActivityFailedException("Read", failure).Message);
        Assert.Equal("Sub-orchestration 'child' failed: gone", new SubOrchestrationFailedException("child", failure).Message);
        Assert.Equal("Operation 'Add' of entity @Sum@all failed: gone", new EntityFailedException(new EntityId("Sum", "all"), "Add", failure).Message);
        Assert.Equal("There is no instance 'x'.", new InstanceNotFoundException("x").Message);
        Assert.Equal("An instance 'x' already exists.", new InstanceExistsException("x").Message);
    }

    [Fact]
    public void An_instance_has_ended_when_it_completed_failed_or_was_terminated()
    {
        static bool HasEnded(InstanceStatus status) =>
            new InstanceState("x", "Main", status, default, default, null, "5", null, null) is { HasEnded: var ended } state && state.ReadOutput<int>() == 5 && ended;

        Assert.Equal(
            [InstanceStatus.Completed, InstanceStatus.Failed, InstanceStatus.Terminated], Enum.GetValues<InstanceStatus>().Where(HasEnded));
    }
}
