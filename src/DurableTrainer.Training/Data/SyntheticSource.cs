using System.Security.Cryptography;
using System.Text;
using DurableTrainer.Core.Randomness;
using DurableTrainer.Core.Training;

namespace DurableTrainer.Training.Data;

/// <summary>Samples that no file holds, for tests and benches: noisy copies of a centre for each class.</summary>
internal static class SyntheticSource
{
    /// <summary>A file has to exist to be large; a spec only says so.</summary>
    private const long MostNumbers = 1L << 28;

    /// <summary>Changes whenever the same spec gives other samples.</summary>
    private const string Generator = "synthetic 1";

    public static Dataset Make(SyntheticDataSpec spec, CancellationToken ct)
    {
        var size = spec.Shape.Aggregate((Int128)1, (product, dimension) => product > MostNumbers ? product : product * dimension);
        if (size * Math.Max(spec.Samples, spec.Classes) > MostNumbers)
            throw new DataException($"{spec.Samples} samples of [{string.Join(", ", spec.Shape)}] in {spec.Classes} classes are more than {MostNumbers} "
                + "numbers, which synthetic data may have. Lower samples, shape or classes.");
        if (!double.IsFinite((float)(spec.Scale * (1 + spec.Noise) * 100)))
            throw new DataException($"With noise of {spec.Noise} and a scale of {spec.Scale}, synthetic numbers would be too large for 32 bits.");

        var (numbers, random) = ((int)size, new KeyedRandom(spec.Seed, "synthetic"));
        var centres = new double[spec.Classes * numbers];
        for (var i = 0; i < centres.Length; i++)
            centres[i] = random.NextGaussian();
        var (inputs, targets) = (new float[spec.Samples * numbers], new float[spec.Samples]);
        for (var sample = 0; sample < spec.Samples; sample++)
        {
            ct.ThrowIfCancellationRequested();
            var chosen = sample % spec.Classes;
            random.Restart(spec.Seed, "synthetic/sample"u8, sample, 0);
            targets[sample] = chosen;
            for (var i = 0; i < numbers; i++)
                inputs[sample * numbers + i] = (float)((centres[chosen * numbers + i] + spec.Noise * random.NextGaussian()) * spec.Scale);
        }

        return new Dataset([.. spec.Shape], inputs, targets, Hash(spec))
        {
            ReadingCost = spec.CpuTime > TimeSpan.Zero || spec.Latency > TimeSpan.Zero ? new ReadingCost(spec.CpuTime, spec.Latency) : null,
        };
    }

    /// <summary>Of all that the samples follow from, as a file's is of its bytes; scaling is none of it there either.</summary>
    private static string Hash(SyntheticDataSpec spec)
    {
        var text = FormattableString.Invariant($"{Generator}: {spec.Samples} [{string.Join(",", spec.Shape)}] {spec.Classes} {spec.Noise:R} {spec.Seed}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
