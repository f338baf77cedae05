namespace DurableTrainer.Training.Input;

/// <summary>Works on one sample.</summary>
/// <param name="sample">Its number in the dataset.</param>
/// <param name="epoch">Epochs that are done.</param>
/// <param name="inputs">Its inputs, in the batch that they go into.</param>
internal delegate void StageWork(int sample, int epoch, Span<float> inputs);

/// <summary>
/// One thing that is done to every training sample. What it does depends on the sample and the epoch alone, so that it does not matter who
/// does it, nor when.
/// </summary>
internal abstract class InputStage(string name) : IDisposable
{
    /// <summary>For events: <c>read</c>, <c>augment</c>.</summary>
    public string Name => name;

    /// <summary>Whether it only computes: then nothing that it takes is waiting, however long it has to wait for a processor.</summary>
    public virtual bool IsComputation => false;

    /// <summary>What one worker does; it has its own memory, and no two threads call it at a time.</summary>
    public abstract StageWork CreateWork();

    public virtual void Dispose()
    {
    }
}
