using System.Text.Json.Serialization;
using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Graphs;

/// <summary>What a parameter is before the first step.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantInitializer), "constant")]
[JsonDerivedType(typeof(UniformInitializer), "uniform")]
public abstract record Initializer
{
    internal abstract void Fill(Span<float> values, KeyedRandom random);
}

public sealed record ConstantInitializer(double Value) : Initializer
{
    internal override void Fill(Span<float> values, KeyedRandom random) => values.Fill((float)Value);
}

/// <summary>Uniform in [−bound, bound).</summary>
public sealed record UniformInitializer(double Bound) : Initializer
{
    /// <summary>
    /// What PyTorch gives weights and biases of linear and convolutional layers: U(±√(6 / ((1 + a²) fan in))) with a = √5
    /// (He et al. 2015, equation 14, for a leaky rectifier), which is U(±1/√(fan in)).
    /// </summary>
    public static UniformInitializer ForFanIn(long fanIn) => new(1 / Math.Sqrt(fanIn));

    internal override void Fill(Span<float> values, KeyedRandom random)
    {
        foreach (ref var value in values)
            value = (float)((2 * random.NextDouble() - 1) * Bound);
    }
}
