using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Input.Augmentation;

/// <summary>Whether the changes of a spec go with its samples.</summary>
public static class AugmentationFit
{
    /// <summary>Why samples cannot be changed like that, as the end of a sentence that begins with where it stands; null when they can.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="sampleShape">Shape of one sample.</param>
    /// <param name="areIndices">Whether inputs are looked up in a table.</param>
    public static string? WhyNot(AugmentSpec spec, IReadOnlyList<int> sampleShape, bool areIndices)
    {
        var shape = $"[{string.Join(", ", sampleShape)}]";
        if (areIndices)
            return "changes inputs, but the model's embedding looks them up: the numbers of words or letters have no neighbours; leave it out";
        if (spec is NoiseSpec)
            return null;
        if (sampleShape.Count != 3)
            return $"wants images [channels, height, width], but samples have the shape {shape}; give the data such a shape, or leave it out";
        return spec is EraseSpec erase && erase.Size > Math.Max(sampleShape[1], sampleShape[2])
            ? $"erases {erase.Size} × {erase.Size} pixels, must be at most the size of an image, {shape}"
            : null;
    }

    /// <exception cref="Data.DataException">Samples of this shape cannot be changed like that.</exception>
    internal static void Require(IReadOnlyList<AugmentSpec> spec, IReadOnlyList<int> sampleShape, bool areIndices)
    {
        for (var i = 0; i < spec.Count; i++)
        {
            if (WhyNot(spec[i], sampleShape, areIndices) is { } why)
                throw new Data.DataException($"/augment/{i}: {why}.");
        }
    }
}
