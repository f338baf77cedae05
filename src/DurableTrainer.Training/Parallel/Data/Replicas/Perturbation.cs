using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Input.Augmentation;
using DurableTrainer.Training.Processors;

namespace DurableTrainer.Training.Parallel.Data.Replicas;

/// <summary>
/// What is done to the samples of one replica. It is drawn by a sample's place in the whole batch, so that it is the same however the batch is
/// shared. One thread at a time uses it.
/// </summary>
internal sealed class Perturbation(double deviation)
{
    private readonly Noise noise = new(deviation);
    private readonly KeyedRandom random = new(seed: 0, "perturb");

    /// <returns>Null where nothing is done.</returns>
    public static Perturbation? Of(PerturbSpec? spec) => spec is { Noise: > 0 } ? new Perturbation(spec.Noise) : null;

    /// <param name="inputs">Of the samples of a shard, which change.</param>
    /// <param name="pass">The way of the whole batch.</param>
    /// <param name="offset">Samples of the batch before the shard.</param>
    /// <param name="count">Samples of the shard.</param>
    public void Apply(Span<float> inputs, in Pass pass, int offset, int count)
    {
        var size = inputs.Length / count;
        for (var sample = 0; sample < count; sample++)
        {
            random.Restart(pass.Seed, "perturb"u8, pass.Trial, (pass.Step << 32) | (uint)(offset + sample));
            noise.Apply(inputs.Slice(sample * size, size), scratch: [], random);
        }
    }
}
