using DurableTrainer.Engine.State;

namespace DurableTrainer.Engine.Orchestrations;

/// <summary>
/// The instances whose code is in memory. Beyond a number of them the one that has stood still for longest is let go: its code is replayed
/// before its next turn, as after a restart.
/// </summary>
/// <param name="most">How many there may be.</param>
internal sealed class AwakeInstances(int most)
{
    private readonly LinkedList<Instance> stillest = [];

    /// <summary>Takes in that an instance has taken a turn.</summary>
    public void Ran(Instance instance)
    {
        if (instance.AwakePlace is { } place)
            stillest.Remove(place);
        instance.AwakePlace = stillest.AddLast(instance);
        while (stillest.Count > most && !ReferenceEquals(stillest.First!.Value, instance))
            LetGo(stillest.First!.Value);
    }

    private void LetGo(Instance instance)
    {
        stillest.Remove(instance.AwakePlace!);
        instance.AwakePlace = null;
        // What awaited something foreign has a turn left, in which it fails.
        if (instance.Execution is { WentAstray: false })
            instance.Execution = null;
    }
}
