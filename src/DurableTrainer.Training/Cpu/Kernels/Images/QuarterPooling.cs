using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// <see cref="Pooling.Largest"/> for windows of 2 by 2 that do not overlap: four loads a vector on the way forward, four stores on the
/// way back.
/// </summary>
internal static unsafe class QuarterPooling
{
    public static void Largest(TensorBuffer x, TensorBuffer y, TensorBuffer winners, in ImageGeometry geometry, int image)
    {
        var channels = geometry.Channels;
        var first = (nint)image * geometry.Places * channels;
        float* to = y.Pointer + first, winner = winners.Pointer + first;
        for (var line = 0; line < geometry.OutputHeight; line++)
        {
            var upper = x.Pointer + (nint)image * geometry.InputSize + 2 * line * geometry.Width * channels;
            var lower = upper + geometry.Width * channels;
            for (var place = 0; place < geometry.OutputWidth; place++)
            {
                var channel = 0;
                for (; channel <= channels - 8; channel += 8)
                {
                    var best = Vector256.Load(upper + channel);
                    var which = Vector256<float>.Zero;
                    Better(Vector256.Load(upper + channels + channel), 1, ref best, ref which);
                    Better(Vector256.Load(lower + channel), 2, ref best, ref which);
                    Better(Vector256.Load(lower + channels + channel), 3, ref best, ref which);
                    best.Store(to + channel);
                    which.Store(winner + channel);
                }

                for (; channel < channels; channel++)
                {
                    var (best, which) = (upper[channel], 0f);
                    Better(upper[channels + channel], 1, ref best, ref which);
                    Better(lower[channel], 2, ref best, ref which);
                    Better(lower[channels + channel], 3, ref best, ref which);
                    (to[channel], winner[channel]) = (best, which);
                }

                upper += 2 * channels;
                lower += 2 * channels;
                to += channels;
                winner += channels;
            }
        }
    }

    public static void LargestBack(TensorBuffer dy, TensorBuffer dx, TensorBuffer winners, in ImageGeometry geometry, int image)
    {
        var channels = geometry.Channels;
        var first = (nint)image * geometry.Places * channels;
        float* from = dy.Pointer + first, winner = winners.Pointer + first;
        var to = dx.Pointer + (nint)image * geometry.InputSize;

        // What is left over at the right and at the bottom is in no window.
        if (2 * geometry.OutputWidth < geometry.Width || 2 * geometry.OutputHeight < geometry.Height)
            new Span<float>(to, geometry.InputSize).Clear();
        for (var line = 0; line < geometry.OutputHeight; line++)
        {
            var upper = to + 2 * line * geometry.Width * channels;
            var lower = upper + geometry.Width * channels;
            for (var place = 0; place < geometry.OutputWidth; place++)
            {
                var channel = 0;
                for (; channel <= channels - 8; channel += 8)
                {
                    var (gradient, which) = (Vector256.Load(from + channel), Vector256.Load(winner + channel));
                    (gradient & Vector256.Equals(which, Vector256<float>.Zero)).Store(upper + channel);
                    (gradient & Vector256.Equals(which, Vector256<float>.One)).Store(upper + channels + channel);
                    (gradient & Vector256.Equals(which, Vector256.Create(2f))).Store(lower + channel);
                    (gradient & Vector256.Equals(which, Vector256.Create(3f))).Store(lower + channels + channel);
                }

                for (; channel < channels; channel++)
                {
                    var (gradient, which) = (from[channel], winner[channel]);
                    upper[channel] = which == 0 ? gradient : 0;
                    upper[channels + channel] = which == 1 ? gradient : 0;
                    lower[channel] = which == 2 ? gradient : 0;
                    lower[channels + channel] = which == 3 ? gradient : 0;
                }

                upper += 2 * channels;
                lower += 2 * channels;
                from += channels;
                winner += channels;
            }
        }
    }

    /// <summary>Of equal values the first; the first that is not a number beats all.</summary>
    private static void Better(Vector256<float> value, float tap, ref Vector256<float> best, ref Vector256<float> which)
    {
        var better = ~Vector256.LessThanOrEqual(value, best) & Vector256.Equals(best, best);
        best = Vector256.ConditionalSelect(better, value, best);
        which = Vector256.ConditionalSelect(better, Vector256.Create(tap), which);
    }

    private static void Better(float value, float tap, ref float best, ref float which)
    {
        if (!(value <= best) && !float.IsNaN(best))
            (best, which) = (value, tap);
    }
}
