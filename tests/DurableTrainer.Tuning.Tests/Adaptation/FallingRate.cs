using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Tests.Adaptation;

/// <summary>A training whose best learning rate falls by two powers of ten from its first epoch to its last.</summary>
internal static class FallingRate
{
    public const int Epochs = 30;

    public static SearchSettings Settings(long seed, AdaptationType? type, int everyEpochs = 3) => new()
    {
        Seed = seed,
        Objectives = [Search.Loss],
        Space = [new FloatParameter { Name = "rate", Min = 1e-4, Max = 1, Scale = ParameterScale.Log, Adjustable = true }],
        Tuner = new TunerSpec { Agent = TunerAgent.Random },
        Adaptation = type is { } adaptation ? new AdaptationSpec { Type = adaptation, EveryEpochs = everyEpochs } : null,
        Epochs = Epochs,
    };

    /// <summary>An epoch takes away up to a fifth of the loss; with a rate far too high it grows.</summary>
    public static double Train(double loss, SimulatedTraining.Epoch epoch)
    {
        var off = Math.Log10(epoch.Point["rate"].Number) - (-0.5 - 2.0 * epoch.Number / Epochs);
        var noise = 0.01 * new KeyedRandom(1, "noise", epoch.Trial, epoch.Number).NextGaussian();
        return loss * (1 - 0.2 * Math.Exp(-off * off / (2 * 0.4 * 0.4)) + (off > 1 ? 0.05 : 0) + noise);
    }
}
