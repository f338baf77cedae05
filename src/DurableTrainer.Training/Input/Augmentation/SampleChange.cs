using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Input.Augmentation;

/// <summary>One change of a sample, made in place.</summary>
internal abstract class SampleChange
{
    /// <summary>Changes a sample.</summary>
    /// <param name="inputs">The sample, row-major.</param>
    /// <param name="scratch">Room for as many numbers.</param>
    /// <param name="random">The sample's own.</param>
    public abstract void Apply(Span<float> inputs, Span<float> scratch, KeyedRandom random);

    /// <param name="spec">What to do.</param>
    /// <param name="sampleShape">Shape of one sample, one that <see cref="AugmentationFit"/> says nothing against.</param>
    public static SampleChange Of(AugmentSpec spec, IReadOnlyList<int> sampleShape) => spec switch
    {
        RandomCropSpec crop => new RandomCrop(ImageShape.Of(sampleShape), crop.Padding),
        HorizontalFlipSpec flip => new HorizontalFlip(ImageShape.Of(sampleShape), flip.Probability),
        EraseSpec erase => new Erase(ImageShape.Of(sampleShape), erase.Size),
        NoiseSpec noise => new Noise(noise.Deviation),
        _ => throw new System.Diagnostics.UnreachableException($"No change is made of {spec.GetType().Name}."),
    };
}
