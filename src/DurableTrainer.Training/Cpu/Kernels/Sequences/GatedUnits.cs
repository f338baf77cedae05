using System.Runtime.Intrinsics;

namespace DurableTrainer.Training.Cpu.Kernels;

/// <summary>
/// The gates of a gated recurrent unit, for some samples at one time. All rows of a sample's times follow each other: gates r, z, n and
/// q = W_hn h + b_hn side by side in <c>4 units</c>, states in <c>units</c>.
/// </summary>
internal static unsafe class GatedUnits
{
    /// <summary>From W_i x + b_i, where the gates will be, and W_h h + b_h to the gates and the next state.</summary>
    /// <param name="gates">Gets the gates; holds the input's part.</param>
    /// <param name="hidden"><c>[samples, 3 units]</c></param>
    /// <param name="states">Holds the last state, gets the next.</param>
    /// <param name="at">Which samples and when.</param>
    public static void Step(TensorBuffer gates, in Matrix hidden, TensorBuffer states, in GatedStep at)
    {
        var units = at.Units;
        for (var sample = 0; sample < at.Samples; sample++)
        {
            var row = at.Row(sample);
            float* gate = gates.Pointer + row * 4 * units, state = states.Pointer + row * units;
            var recurrent = hidden.Buffer.Pointer + hidden.Offset + (nint)sample * hidden.RowStride;
            for (var i = 0; i < units; i += 16)
            {
                var left = units - i;
                var r = Functions.Sigmoid(Vector512.Load(gate + i) + Vector512.Load(recurrent + i));
                var z = Functions.Sigmoid(Vector512.Load(gate + units + i) + Vector512.Load(recurrent + units + i));
                var q = Vector512.Load(recurrent + 2 * units + i);
                var n = Functions.Tanh(Vector512.FusedMultiplyAdd(r, q, Vector512.Load(gate + 2 * units + i)));
                var last = at.Time == 0 ? Vector512<float>.Zero : Vector512.Load(state - units + i);
                Rows.Store(r, gate + i, left);
                Rows.Store(z, gate + units + i, left);
                Rows.Store(n, gate + 2 * units + i, left);
                Rows.Store(q, gate + 3 * units + i, left);
                Rows.Store(Vector512.FusedMultiplyAdd(z, last - n, n), state + i, left);
            }
        }
    }

    /// <summary>
    /// From the gradient of the state at this time to those of the gates before their functions, and the part of the gradient of the
    /// state before that does not go through them.
    /// </summary>
    /// <param name="gates">As <see cref="Step"/> left them.</param>
    /// <param name="states">As <see cref="Step"/> left them.</param>
    /// <param name="gradient">Of the states that the loss sees; null where it sees none of this time.</param>
    /// <param name="gradientRow">Floats from a sample to the next, and where the first begins.</param>
    /// <param name="carry"><c>[samples, units]</c>: what the time after gave; gets what the time before is given.</param>
    /// <param name="slopes">Gets the gradients of r, z, n and q before their functions, in rows as those of the gates.</param>
    /// <param name="at">Which samples and when.</param>
    public static void StepBack(
        TensorBuffer gates, TensorBuffer states, TensorBuffer? gradient, (int Stride, int Offset) gradientRow, in Matrix carry,
        TensorBuffer slopes, in GatedStep at)
    {
        var units = at.Units;
        for (var sample = 0; sample < at.Samples; sample++)
        {
            var row = at.Row(sample);
            float* gate = gates.Pointer + row * 4 * units, slope = slopes.Pointer + row * 4 * units;
            var state = states.Pointer + row * units;
            var carried = carry.Buffer.Pointer + carry.Offset + (nint)sample * carry.RowStride;
            var seen = gradient is null ? null : gradient.Pointer + (nint)sample * gradientRow.Stride + gradientRow.Offset;
            for (var i = 0; i < units; i += 16)
            {
                var left = units - i;
                Vector512<float> r = Vector512.Load(gate + i), z = Vector512.Load(gate + units + i);
                Vector512<float> n = Vector512.Load(gate + 2 * units + i), q = Vector512.Load(gate + 3 * units + i);
                var last = at.Time == 0 ? Vector512<float>.Zero : Vector512.Load(state - units + i);
                var dh = Vector512.Load(carried + i);
                if (seen is not null)
                    dh += Vector512.Load(seen + i);
                var dn = dh * (Vector512<float>.One - z) * (Vector512<float>.One - n * n);
                Rows.Store(dn * q * r * (Vector512<float>.One - r), slope + i, left);
                Rows.Store(dh * (last - n) * z * (Vector512<float>.One - z), slope + units + i, left);
                Rows.Store(dn, slope + 2 * units + i, left);
                Rows.Store(dn * r, slope + 3 * units + i, left);
                Rows.Store(dh * z, carried + i, left);
            }
        }
    }

    /// <summary>The state before each of a sample's times: zeros, then all but the last.</summary>
    public static void Shift(TensorBuffer states, TensorBuffer before, int length, int units, int sample)
    {
        var size = length * units;
        var to = before.Span.Slice(sample * size, size);
        to[..units].Clear();
        states.Span.Slice(sample * size, size - units).CopyTo(to[units..]);
    }
}

/// <summary>Some samples at one time of a sequence.</summary>
internal readonly record struct GatedStep(int FirstSample, int Samples, int Time, int Length, int Units)
{
    /// <summary>Of a sample's time among all of the batch.</summary>
    public nint Row(int sample) => (nint)(FirstSample + sample) * Length + Time;
}
