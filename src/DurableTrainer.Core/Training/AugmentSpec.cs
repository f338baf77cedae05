using System.Text.Json.Serialization;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Training;

/// <summary>
/// A change of a training sample that leaves what it shows as it is. It is drawn from the sample's own key (seed, trial, epoch, sample), so
/// it is the same whoever makes it. A name alone (<c>"horizontalFlip"</c>) means the defaults.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RandomCropSpec), "randomCrop")]
[JsonDerivedType(typeof(HorizontalFlipSpec), "horizontalFlip")]
[JsonDerivedType(typeof(EraseSpec), "erase")]
[JsonDerivedType(typeof(NoiseSpec), "noise")]
public abstract record AugmentSpec;

/// <summary>
/// Pads an image <c>[channels, height, width]</c> with zeros on all sides and cuts its size out of it at a random place (He et al. 2016,
/// section 4.2).
/// </summary>
public sealed record RandomCropSpec : AugmentSpec
{
    /// <summary>Pixels on each side.</summary>
    [AtLeast(1), AtMost(10_000)]
    public int Padding { get; init; } = 4;
}

/// <summary>Mirrors an image <c>[channels, height, width]</c>, left to right.</summary>
public sealed record HorizontalFlipSpec : AugmentSpec
{
    [AtLeast(0), AtMost(1)]
    public double Probability { get; init; } = 0.5;
}

/// <summary>
/// Sets a square around a random pixel of an image <c>[channels, height, width]</c> to zero, as far as it lies within (DeVries and Taylor
/// 2017, section 3.2).
/// </summary>
public sealed record EraseSpec : AugmentSpec
{
    /// <summary>Pixels of a side.</summary>
    [AtLeast(1), AtMost(10_000)]
    public required int Size { get; init; }
}

/// <summary>Adds to every input a normal random number, after scaling (Bishop 1995).</summary>
public sealed record NoiseSpec : AugmentSpec
{
    /// <summary>Of the random number.</summary>
    [AtLeast(0)]
    public required double Deviation { get; init; }
}
