using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>Windows over one image with channels last, eight channels at a time.</summary>
internal static unsafe class Pooling
{
    /// <summary>The largest value of each window, of equal ones the first; winners get its number in the window.</summary>
    public static void Largest(TensorBuffer x, TensorBuffer y, TensorBuffer winners, in ImageGeometry geometry, int image)
    {
        float* from = x.Pointer + (nint)image * geometry.InputSize, to = y.Pointer + (nint)image * geometry.Places * geometry.Channels;
        var winner = winners.Pointer + (nint)image * geometry.Places * geometry.Channels;
        for (var place = 0; place < geometry.Places; place++, to += geometry.Channels, winner += geometry.Channels)
        {
            var window = new PoolWindow(geometry, place);
            var channel = 0;
            for (; channel <= geometry.Channels - 8; channel += 8)
            {
                var best = Vector256.Create(float.NegativeInfinity);
                var which = Vector256.Create((float)window.FirstTap);
                for (var y0 = window.FirstY; y0 < window.EndY; y0++)
                {
                    for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                    {
                        var value = Vector256.Load(from + window.Offset(y0, x0) + channel);
                        var better = ~Vector256.LessThanOrEqual(value, best) & Vector256.Equals(best, best);
                        best = Vector256.ConditionalSelect(better, value, best);
                        which = Vector256.ConditionalSelect(better, Vector256.Create((float)window.Tap(y0, x0)), which);
                    }
                }

                best.Store(to + channel);
                which.Store(winner + channel);
            }

            for (; channel < geometry.Channels; channel++)
            {
                var (best, which) = (float.NegativeInfinity, (float)window.FirstTap);
                for (var y0 = window.FirstY; y0 < window.EndY; y0++)
                {
                    for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                    {
                        var value = from[window.Offset(y0, x0) + channel];
                        if (!(value <= best) && !float.IsNaN(best))
                            (best, which) = (value, window.Tap(y0, x0));
                    }
                }

                (to[channel], winner[channel]) = (best, which);
            }
        }
    }

    /// <summary>The way back of <see cref="Largest"/>: the whole gradient of a window goes to its winner.</summary>
    public static void LargestBack(TensorBuffer dy, TensorBuffer dx, TensorBuffer winners, in ImageGeometry geometry, int image)
    {
        float* from = dy.Pointer + (nint)image * geometry.Places * geometry.Channels, to = dx.Pointer + (nint)image * geometry.InputSize;
        var winner = winners.Pointer + (nint)image * geometry.Places * geometry.Channels;
        new Span<float>(to, geometry.InputSize).Clear();
        for (var place = 0; place < geometry.Places; place++, from += geometry.Channels, winner += geometry.Channels)
        {
            var window = new PoolWindow(geometry, place);
            for (var y0 = window.FirstY; y0 < window.EndY; y0++)
            {
                for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                {
                    var target = to + window.Offset(y0, x0);
                    var tap = (float)window.Tap(y0, x0);
                    var channel = 0;
                    for (; channel <= geometry.Channels - 8; channel += 8)
                    {
                        var won = Vector256.Equals(Vector256.Load(winner + channel), Vector256.Create(tap));
                        (Vector256.Load(target + channel) + (Vector256.Load(from + channel) & won)).Store(target + channel);
                    }

                    for (; channel < geometry.Channels; channel++)
                        target[channel] += winner[channel] == tap ? from[channel] : 0;
                }
            }
        }
    }

    /// <summary>The sum of each window times <paramref name="factor"/>.</summary>
    public static void Sum(TensorBuffer x, TensorBuffer y, in ImageGeometry geometry, float factor, int image)
    {
        float* from = x.Pointer + (nint)image * geometry.InputSize, to = y.Pointer + (nint)image * geometry.Places * geometry.Channels;
        for (var place = 0; place < geometry.Places; place++, to += geometry.Channels)
        {
            var window = new PoolWindow(geometry, place);
            new Span<float>(to, geometry.Channels).Clear();
            for (var y0 = window.FirstY; y0 < window.EndY; y0++)
            {
                for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                    Rows.AddScaled(from + window.Offset(y0, x0), 1, to, geometry.Channels);
            }

            Rows.Scale(to, factor, geometry.Channels);
        }
    }

    /// <summary>The way back of <see cref="Sum"/>.</summary>
    public static void SumBack(TensorBuffer dy, TensorBuffer dx, in ImageGeometry geometry, float factor, int image)
    {
        float* from = dy.Pointer + (nint)image * geometry.Places * geometry.Channels, to = dx.Pointer + (nint)image * geometry.InputSize;
        new Span<float>(to, geometry.InputSize).Clear();
        for (var place = 0; place < geometry.Places; place++, from += geometry.Channels)
        {
            var window = new PoolWindow(geometry, place);
            for (var y0 = window.FirstY; y0 < window.EndY; y0++)
            {
                for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                    Rows.AddScaled(from, factor, to + window.Offset(y0, x0), geometry.Channels);
            }
        }
    }
}
