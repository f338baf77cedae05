using System.Text.Json.Serialization;
using DurableTrainer.Core.Randomness;

namespace DurableTrainer.Training.Graphs;

/// <summary>What a parameter is before the first step.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ConstantInitializer), "constant")]
[JsonDerivedType(typeof(UniformInitializer), "uniform")]
[JsonDerivedType(typeof(NormalInitializer), "normal")]
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

    /// <summary>Glorot and Bengio 2010, equation 16: U(±√(6 / (fan in + fan out))).</summary>
    public static UniformInitializer Glorot(long fanIn, long fanOut) => new(Math.Sqrt(6.0 / (fanIn + fanOut)));

    internal override void Fill(Span<float> values, KeyedRandom random)
    {
        foreach (ref var value in values)
            value = (float)((2 * random.NextDouble() - 1) * Bound);
    }
}

/// <summary>Normal with mean 0.</summary>
public sealed record NormalInitializer(double Deviation) : Initializer
{
    internal override void Fill(Span<float> values, KeyedRandom random)
    {
        foreach (ref var value in values)
            value = (float)(random.NextGaussian() * Deviation);
    }
}
