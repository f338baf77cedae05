using System.Collections.Concurrent;

namespace DurableTrainer.Training.Input;

/// <summary>How many workers each stage had when the last pipeline of some data ended.</summary>
internal sealed class InputExperience
{
    private readonly ConcurrentDictionary<string, int> workers = new();

    /// <summary>One for a stage that is new.</summary>
    public int WorkersOf(string stage) => workers.GetValueOrDefault(stage, 1);

    public void Remember(string stage, int count) => workers[stage] = count;
}
