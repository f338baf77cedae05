using DurableTrainer.Durable;
using DurableTrainer.Engine.Records;
using DurableTrainer.Engine.Timers;

namespace DurableTrainer.Engine.State;

/// <content>How instances start, end, start over and are forgotten.</content>
internal sealed partial class EngineState
{
    /// <summary>The time to start has come; from now on it is ready whenever it has something to do.</summary>
    public void StartNow(Instance instance)
    {
        if (instance.StartAt is not { } start)
            return;
        instance.StartAt = null;
        Timers.Remove(new(start, instance, TimerQueue.Start));
        MarkReady(instance);
    }

    private void End(Instance instance, InstanceStatus status, string? output, Failure? failure)
    {
        RemoveTimers(instance);
        instance.End(status, output, failure);
        NewlyEnded.Add(instance);
        if (instance.Parent is { } parent)
            Deliver(parent, new CallEnded(instance.ParentCall, output, failure));
    }

    private void StartOver(Instance instance, ContinuedAsNew again)
    {
        RemoveTimers(instance);
        instance.StartOver(again.Input, again.Events);
        MarkReady(instance);
    }

    private void Terminate(Instance instance, string reason, DateTimeOffset time)
    {
        if (instance.Ended is not null)
            return;
        instance.UpdatedAt = time;
        // The parent first: having ended, it hears nothing of its children's ends.
        var children = instance.Children.ToArray();
        End(instance, InstanceStatus.Terminated, null, new("Terminated", reason));
        foreach (var child in children)
            Terminate(child, reason, time);
    }

    private void Purge(Instance instance)
    {
        instances.Remove(instance.Id);
        ByAge.RemoveAt(IndexAfter(instance.Order - 1));
        instance.Parent?.Remove(instance);
        foreach (var child in instance.Children.ToArray())
        {
            child.Parent = null;
            if (child.Ended is not null)
                Purge(child);
        }
    }

    /// <summary>Where, in the order of age, the instances after this one begin.</summary>
    public int IndexAfter(long order)
    {
        var (low, high) = (0, ByAge.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ByAge[middle].Order <= order)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void RemoveTimer(Instance instance, int call)
    {
        if (instance.RemoveTimer(call, out var due))
            Timers.Remove(new(due, instance, call));
    }

    private void RemoveTimers(Instance instance)
    {
        if (instance.StartAt is { } start)
            Timers.Remove(new(start, instance, TimerQueue.Start));
        foreach (var (call, due) in instance.Timers)
            Timers.Remove(new(due, instance, call));
    }
}
