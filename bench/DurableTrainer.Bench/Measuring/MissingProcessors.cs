using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace DurableTrainer.Bench.Measuring;

/// <summary>
/// How much of its processors a machine really has at the moment. A virtual machine's may share a core, or wait for those of a neighbour,
/// which no clock inside tells; arithmetic that touches no memory does: all processors at once should take no longer for it than one.
/// </summary>
internal static class MissingProcessors
{
    private const int Repetitions = 3;

    /// <summary>Teams of threads of whoever had the turn go on looking for work for some milliseconds.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);
    private const int Operations = 600_000;

    /// <summary>0 where every processor works as fast beside the others as alone, 0.5 where two share one.</summary>
    public static double Share()
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Settling;)
            Multiply();
        var (alone, together) = (Shortest(1), Shortest(Environment.ProcessorCount));
        return Math.Max(0, 1 - alone / together);
    }

    /// <summary>Seconds of the slowest of so many threads, at best.</summary>
    private static double Shortest(int threads)
    {
        var best = double.MaxValue;
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            using var together = new Barrier(threads);
            var seconds = new double[threads];
            Thread[] all = [.. Enumerable.Range(0, threads).Select(number => new Thread(() =>
            {
                together.SignalAndWait();
                var start = Stopwatch.GetTimestamp();
                Multiply();
                seconds[number] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }))];
            foreach (var thread in all)
                thread.Start();
            foreach (var thread in all)
                thread.Join();
            best = Math.Min(best, seconds.Max());
        }

        return best;
    }

    /// <summary>Chains of fused multiply-adds that keep the arithmetic units full, as matrix products do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply()
    {
        var factor = Vector.Create(0.999f);
        Vector<float> a = factor, b = factor, c = factor, d = factor, e = factor, f = factor, g = factor, h = factor;
        for (var i = 0; i < Operations; i++)
        {
            a = Vector.FusedMultiplyAdd(a, factor, factor);
            b = Vector.FusedMultiplyAdd(b, factor, factor);
            c = Vector.FusedMultiplyAdd(c, factor, factor);
            d = Vector.FusedMultiplyAdd(d, factor, factor);
            e = Vector.FusedMultiplyAdd(e, factor, factor);
            f = Vector.FusedMultiplyAdd(f, factor, factor);
            g = Vector.FusedMultiplyAdd(g, factor, factor);
            h = Vector.FusedMultiplyAdd(h, factor, factor);
        }

        // Used, so that it is computed.
        GC.KeepAlive(a + b + c + d + e + f + g + h);
    }
}
