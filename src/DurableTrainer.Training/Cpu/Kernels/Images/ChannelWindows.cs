using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// Convolution of each channel with a window of its own (depthwise), over one image with channels last: vectors hold channels of a
/// place, and weights lie as <c>[taps, channels]</c>.
/// </summary>
internal static unsafe class ChannelWindows
{
    /// <summary>y ← bias + Σ over the window of weight · x</summary>
    public static void Forward(
        TensorBuffer x, TensorBuffer weights, TensorBuffer? bias, TensorBuffer y, in ImageGeometry geometry, int image)
    {
        var channels = geometry.Channels;
        float* from = x.Pointer + (nint)image * geometry.InputSize, to = y.Pointer + (nint)image * geometry.Places * channels;
        float* w = weights.Pointer, start = bias is null ? null : bias.Pointer;
        for (var place = 0; place < geometry.Places; place++, to += channels)
        {
            var window = new PoolWindow(geometry, place);
            var channel = 0;
            for (; channel <= channels - 16; channel += 16)
            {
                var sum = start is null ? Vector512<float>.Zero : Vector512.Load(start + channel);
                for (var y0 = window.FirstY; y0 < window.EndY; y0++)
                {
                    var value = from + window.Offset(y0, window.FirstX) + channel;
                    var tap = w + window.Tap(y0, window.FirstX) * channels + channel;
                    for (var x0 = window.FirstX; x0 < window.EndX; x0++, value += channels, tap += channels)
                        sum = Vector512.MultiplyAddEstimate(Vector512.Load(value), Vector512.Load(tap), sum);
                }

                sum.Store(to + channel);
            }

            for (; channel < channels; channel++)
            {
                var sum = start is null ? 0 : start[channel];
                for (var y0 = window.FirstY; y0 < window.EndY; y0++)
                {
                    for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                        sum += from[window.Offset(y0, x0) + channel] * w[window.Tap(y0, x0) * channels + channel];
                }

                to[channel] = sum;
            }
        }
    }

    /// <summary>dx ← Σ over the windows that see a place of weight · dy</summary>
    public static void BackwardInputs(TensorBuffer dy, TensorBuffer weights, TensorBuffer dx, in ImageGeometry geometry, int image)
    {
        var channels = geometry.Channels;
        float* from = dy.Pointer + (nint)image * geometry.Places * channels, to = dx.Pointer + (nint)image * geometry.InputSize;
        new Span<float>(to, geometry.InputSize).Clear();
        for (var place = 0; place < geometry.Places; place++, from += channels)
        {
            var window = new PoolWindow(geometry, place);
            for (var y0 = window.FirstY; y0 < window.EndY; y0++)
            {
                for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                    Rows.AddProducts(from, weights.Pointer + window.Tap(y0, x0) * channels, to + window.Offset(y0, x0), channels);
            }
        }
    }

    /// <summary>sums ← sums + dy · x for each tap and channel, and biasSums ← biasSums + dy</summary>
    public static void BackwardWeights(
        TensorBuffer x, TensorBuffer dy, TensorBuffer sums, int sumsOffset, TensorBuffer biasSums, int biasOffset,
        in ImageGeometry geometry, int image)
    {
        var channels = geometry.Channels;
        float* from = x.Pointer + (nint)image * geometry.InputSize, gradient = dy.Pointer + (nint)image * geometry.Places * channels;
        float* to = sums.Pointer + sumsOffset, bias = biasSums.Pointer + biasOffset;
        for (var place = 0; place < geometry.Places; place++, gradient += channels)
        {
            var window = new PoolWindow(geometry, place);
            Rows.AddScaled(gradient, 1, bias, channels);
            for (var y0 = window.FirstY; y0 < window.EndY; y0++)
            {
                for (var x0 = window.FirstX; x0 < window.EndX; x0++)
                    Rows.AddProducts(gradient, from + window.Offset(y0, x0), to + window.Tap(y0, x0) * channels, channels);
            }
        }
    }
}
