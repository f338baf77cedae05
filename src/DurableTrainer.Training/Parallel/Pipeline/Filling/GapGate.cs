namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>What one thread of a trial passes before each chunk.</summary>
/// <param name="pool">The gaps.</param>
/// <param name="worker">Which thread.</param>
internal sealed class GapGate(GapPool pool, int worker)
{
    /// <inheritdoc cref="GapPool.Enter"/>
    public void Enter(Chunk chunk) => pool.Enter(worker, chunk);

    /// <inheritdoc cref="GapPool.Leave(int)"/>
    public void Leave() => pool.Leave(worker);

    /// <inheritdoc cref="GapPool.Pause"/>
    public void Pause() => pool.Pause(worker);
}
