using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Data;

namespace DurableTrainer.Training.Input.Augmentation;

/// <summary>Makes the changes of a spec, each sample's drawn from its own key.</summary>
/// <param name="spec">What to do, first to last.</param>
/// <param name="dataset">The samples.</param>
/// <param name="seed">Of the experiment.</param>
/// <param name="trial">Whose random choices are made.</param>
/// <param name="brings">Whether it is the first stage, and takes samples out of memory.</param>
internal sealed class AugmentStage(IReadOnlyList<AugmentSpec> spec, Dataset dataset, long seed, int trial, bool brings) : InputStage("augment")
{
    public override bool IsComputation => true;

    public override StageWork CreateWork()
    {
        SampleChange[] changes = [.. spec.Select(change => SampleChange.Of(change, dataset.SampleShape))];
        var (random, scratch) = (new KeyedRandom(seed, "augment"), new float[dataset.SampleSize]);
        return (sample, epoch, inputs) =>
        {
            if (brings)
                dataset.InputsOf(sample).CopyTo(inputs);
            random.Restart(seed, "augment"u8, trial, ((long)epoch << 32) | (uint)sample);
            foreach (var change in changes)
                change.Apply(inputs, scratch, random);
        };
    }
}
