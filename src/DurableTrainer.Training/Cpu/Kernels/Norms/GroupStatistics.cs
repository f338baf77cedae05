using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Group normalisation of one sample, <c>[places, channels]</c>: sums go down over the places, sixteen channels to a vector, and then over
/// the channels of a group.
/// </summary>
internal readonly unsafe record struct GroupStatistics(int Places, int Channels, int Groups)
{
    /// <summary>Floats that hold one value for each channel, up to a whole vector.</summary>
    public int Stride => (Channels + 15) / 16 * 16;

    private int GroupChannels => Channels / Groups;

    private double GroupSize => (double)Places * GroupChannels;

    /// <summary>y ← w · (x − mean) · inverse + b, where mean and inverse deviation of each channel's group are kept.</summary>
    public void Normalize(
        TensorBuffer from, TensorBuffer w, TensorBuffer b, TensorBuffer to, in GroupNormMemory memory, double epsilon, int sample)
    {
        float* x = First(from, sample), y = First(to, sample), weight = w.Pointer, bias = b.Pointer;
        float* means = Row(memory.Means, sample), inverses = Row(memory.Inverses, sample);
        for (var c = 0; c < Channels; c += 16)
        {
            var sum = Vector512<float>.Zero;
            for (var place = 0; place < Places; place++)
                sum += Vector512.Load(x + place * Channels + c);
            sum.Store(means + c);
        }

        for (var group = 0; group < Groups; group++)
            Spread(means, group, Sum(means, group) / GroupSize);
        for (var c = 0; c < Channels; c += 16)
        {
            Vector512<float> sum = Vector512<float>.Zero, mean = Vector512.Load(means + c);
            for (var place = 0; place < Places; place++)
            {
                var difference = Vector512.Load(x + place * Channels + c) - mean;
                sum += difference * difference;
            }

            sum.Store(inverses + c);
        }

        for (var group = 0; group < Groups; group++)
            Spread(inverses, group, 1 / Math.Sqrt(Sum(inverses, group) / GroupSize + epsilon));
        for (var place = 0; place < Places; place++)
        {
            float* values = x + place * Channels, normals = y + place * Channels;
            for (var c = 0; c < Channels; c += 16)
            {
                var normal = (Vector512.Load(values + c) - Vector512.Load(means + c)) * Vector512.Load(inverses + c);
                Rows.Store(
                    Vector512.FusedMultiplyAdd(normal, Vector512.Load(weight + c), Vector512.Load(bias + c)), normals + c, Channels - c);
            }
        }
    }

    /// <summary>Per channel: Σ dy · n, with n = (x − mean) · inverse, and Σ dy; the shares of this sample in the parameters' gradients.</summary>
    public void SumGradients(TensorBuffer gradients, TensorBuffer from, in GroupNormMemory memory, int sample)
    {
        float* dy = First(gradients, sample), x = First(from, sample);
        float* means = Row(memory.Means, sample), inverses = Row(memory.Inverses, sample);
        float* products = Row(memory.Products, sample), sums = Row(memory.Sums, sample);
        for (var c = 0; c < Channels; c += 16)
        {
            Vector512<float> product = Vector512<float>.Zero, sum = Vector512<float>.Zero;
            var mean = Vector512.Load(means + c);
            for (var place = 0; place < Places; place++)
            {
                var gradient = Vector512.Load(dy + place * Channels + c);
                product = Vector512.FusedMultiplyAdd(gradient, Vector512.Load(x + place * Channels + c) - mean, product);
                sum += gradient;
            }

            (product * Vector512.Load(inverses + c)).Store(products + c);
            sum.Store(sums + c);
        }
    }

    /// <summary>
    /// dx ← inverse · (g − mean(g) − n · mean(g n)), where g = w dy and means are those of a group, from what <see cref="SumGradients"/> gave.
    /// </summary>
    public void NormalizeBack(
        TensorBuffer gradients, TensorBuffer from, TensorBuffer w, in GroupNormMemory memory, TensorBuffer to, int sample, int worker)
    {
        float* dy = First(gradients, sample), x = First(from, sample), dx = First(to, sample), weight = w.Pointer;
        float* means = Row(memory.Means, sample), inverses = Row(memory.Inverses, sample);
        float* products = Row(memory.Products, sample), sums = Row(memory.Sums, sample);
        float* shifts = Row(memory.Scratch, 2 * worker), slopes = Row(memory.Scratch, 2 * worker + 1);
        for (var group = 0; group < Groups; group++)
        {
            Spread(shifts, group, Sum(sums, group, weight) / GroupSize);
            Spread(slopes, group, Sum(products, group, weight) / GroupSize);
        }

        for (var place = 0; place < Places; place++)
        {
            float* gradient = dy + place * Channels, values = x + place * Channels, slope = dx + place * Channels;
            for (var c = 0; c < Channels; c += 16)
            {
                var inverse = Vector512.Load(inverses + c);
                var n = (Vector512.Load(values + c) - Vector512.Load(means + c)) * inverse;
                var g = Vector512.Load(gradient + c) * Vector512.Load(weight + c);
                Rows.Store(inverse * (g - Vector512.Load(shifts + c) - n * Vector512.Load(slopes + c)), slope + c, Channels - c);
            }
        }
    }

    private float* First(TensorBuffer buffer, int sample) => buffer.Pointer + (nint)sample * Places * Channels;

    private float* Row(TensorBuffer buffer, int row) => buffer.Pointer + (nint)row * Stride;

    private double Sum(float* values, int group, float* factors = null)
    {
        var sum = 0.0;
        for (int c = group * GroupChannels, end = c + GroupChannels; c < end; c++)
            sum += (factors is null ? 1.0 : factors[c]) * values[c];
        return sum;
    }

    private void Spread(float* values, int group, double value) =>
        new Span<float>(values + group * GroupChannels, GroupChannels).Fill((float)value);
}

/// <summary>
/// For each sample and channel, in rows of <see cref="GroupStatistics.Stride"/>: mean and inverse deviation of its group, Σ dy n and Σ dy.
/// Scratch has two rows for each thread.
/// </summary>
internal readonly record struct GroupNormMemory(
    TensorBuffer Means, TensorBuffer Inverses, TensorBuffer Products, TensorBuffer Sums, TensorBuffer Scratch);
