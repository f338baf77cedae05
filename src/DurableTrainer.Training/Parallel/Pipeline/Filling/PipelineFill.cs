using System.Globalization;
using DurableTrainer.Core.Training;
using DurableTrainer.Training.Parallel.Pipeline.Running;

namespace DurableTrainer.Training.Parallel.Pipeline.Filling;

/// <summary>
/// What a trial is to others at its place: filled, or one that fills, or neither as long as nobody is filled. Between batches that may change.
/// </summary>
/// <param name="place">Where trials meet.</param>
/// <param name="spec">What filling may cost, and take.</param>
/// <param name="trial">Number of this trial.</param>
/// <param name="bytes">What this trial takes.</param>
/// <param name="watch">What is foretold of this trial's batches.</param>
/// <param name="surroundings">What the pipeline lives in.</param>
internal sealed class PipelineFill(
    FillPlace place, PipelineFillSpec spec, int trial, long bytes, PipelineWatch watch, PipelineSurroundings surroundings) : IDisposable
{
    /// <summary>How long nobody is filled before one who fills takes that over: between two slices of a trial that is filled nobody does.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Between two looks of one who waits for the place itself.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>A gap that is shorter is not worth to offer.</summary>
    private static readonly TimeSpan ShortestGap = TimeSpan.FromMicroseconds(200);

    /// <summary>To be late for less says nothing of one who yields, and of one who does not.</summary>
    private static readonly TimeSpan LongDelay = TimeSpan.FromSeconds(10), ShortDelay = TimeSpan.FromMilliseconds(5);

    /// <summary>So many times the worker of a trial is ended; fewer than what a trial is forgiven, which may be in order but too slow for these gaps.</summary>
    private const int MostEnds = 2;

    private readonly FillControl control = new(spec.MaxMainSlowdown, surroundings.FillersYield);
    private readonly Dictionary<int, int> ends = [];
    private readonly GapPool gaps = new(surroundings.Time, watch.Units + 1);
    private FilledListener? listener;
    private Filler? filler;
    private long? lostAt = surroundings.IsInGaps ? surroundings.Time.GetTimestamp() : null;
    private bool isOpen;
    private string? refusal;

    /// <summary>Told what changes, and why.</summary>
    public required Action<string> Tell { get; init; }

    /// <summary>Whether this trial is to stop.</summary>
    public required Func<bool> IsStopping { get; init; }

    /// <summary>Chunks of the one that fills, by units, of the last batches.</summary>
    public List<FilledSpan> Spans { get; } = [];

    /// <summary>Where a unit's thread waits for gaps, or after all units the one that asks for batches; null where it does not.</summary>
    public GapGate? GateOf(int worker) => listener is null ? new GapGate(gaps, worker) : null;

    /// <summary>Whether another fills this batch's gaps.</summary>
    public bool IsFilled => isOpen && filler is not null;

    /// <summary>Whether this trial fills the gaps of another.</summary>
    public bool IsFilling { get; private set; }

    /// <summary>A batch begins: nobody is at work.</summary>
    public void Begin()
    {
        if (listener is null && !gaps.IsGuarded)
            FindRole();
        if (listener is null)
            return;
        if (filler?.IsGone == true)
            Part($"trial {filler.Trial} does not fill the gaps any more");
        if (filler is null && listener.TryAccept(watch.Units) is var (hello, units))
        {
            filler = new Filler(hello, units);
            control.Begin();
            if (ends.GetValueOrDefault(filler.Trial) >= MostEnds)
                control.Suspend($"it did not leave a gap {MostEnds} times");
            Tell(control.Suspended is { } reason ? Suspension(reason) : $"trial {filler.Trial} fills the gaps of the units");
        }

        isOpen = filler is not null && surroundings.MayFill() && control.OpensNext();
        if (surroundings.FillersYield && isOpen)
            filler?.Open();
        else if (surroundings.FillersYield)
            filler?.Close(surroundings.Time.GetTimestamp());
    }

    /// <summary>A batch of full size is done.</summary>
    public void Observe(BatchRecord record)
    {
        if (listener is null)
            return;
        TakeSpans(record);
        var wasSuspended = control.Suspended is not null;
        control.Observe(surroundings.Time.GetElapsedTime(record.Start, record.End).TotalSeconds, record.IsFilled);
        if (!wasSuspended && control.Suspended is { } reason && filler is not null)
            Tell(Suspension(reason));
    }

    /// <summary>A unit begins to wait.</summary>
    /// <param name="unit">Which.</param>
    /// <param name="until">When it is expected to go on, as a timestamp.</param>
    public void Offer(int unit, long until)
    {
        // Who yields needs to know of no gap to be out of it in time. Another unit may find meanwhile that it has to be ended.
        if (surroundings.FillersYield || !isOpen || filler is not { } present)
            return;
        var ticks = surroundings.Time.TimestampFrequency;
        var end = until - (long)(control.Guard.TotalSeconds * ticks);
        if (end - surroundings.Time.GetTimestamp() >= ShortestGap.TotalSeconds * ticks)
            present.Offer(unit, end);
    }

    /// <summary>A unit has gone on: whoever still uses its gap does not come out of it any more, and is ended.</summary>
    public void Check(int unit)
    {
        if (filler is not { } present || !present.IsLate(unit, surroundings.Time.GetTimestamp(), Patience))
            return;
        lock (control)
        {
            if (filler != present)
                return;
            surroundings.EndProcess(present.ProcessId);
            ends[present.Trial] = ends.GetValueOrDefault(present.Trial) + 1;
            Part($"trial {present.Trial} did not leave a gap, and its worker was ended");
        }
    }

    /// <summary>Lets everything pass from here on: this trial is to stop, and must not wait for gaps; from any thread.</summary>
    public void Release() => gaps.Open();

    public void Dispose()
    {
        Release();
        filler?.Dispose();
        listener?.Dispose();
    }

    /// <summary>
    /// Half of a batch. Who yields costs nothing by being late, and may be so because others use this machine; who stays late has a fault.
    /// </summary>
    private long Patience => (long)(surroundings.Time.TimestampFrequency * (surroundings.FillersYield
        ? Math.Max(20 * watch.MedianSeconds, LongDelay.TotalSeconds)
        : Math.Max(watch.MedianSeconds / 2, ShortDelay.TotalSeconds)));

    private void FindRole()
    {
        if (IsFilling)
            (IsFilling, lostAt) = (false, surroundings.Time.GetTimestamp());
        do
        {
            if (lostAt is null || surroundings.Time.GetElapsedTime(lostAt.Value) >= Grace)
                listener = place.TryListen();
            if (listener is not null || IsStopping())
                return;
        }
        while (MustWait());
        if (place.TryConnect(watch.Units, trial) is not { } sockets)
            return;
        IsFilling = true;
        gaps.Guard(sockets);
    }

    /// <summary>Whether this trial is too large to fill; then it waits until nobody is filled any more, and says so once.</summary>
    private bool MustWait()
    {
        var limit = Math.Min(spec.Memory?.Bytes ?? long.MaxValue, surroundings.FreeMemory());
        if (bytes <= limit)
            return false;
        if (refusal is null)
            Tell(refusal = $"waits until the units are free: filling takes {Mebibytes(bytes)}, and it may take {Mebibytes(limit)}");
        surroundings.Rest(Pause);
        return true;
    }

    private string Suspension(string reason) => $"trial {filler?.Trial} is suspended: {reason}";

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / (1 << 20):0.#} MiB");

    private void Part(string reason)
    {
        filler?.Dispose();
        filler = null;
        Tell(reason);
    }

    private void TakeSpans(BatchRecord record)
    {
        // Those of earlier batches than any that is still looked at.
        Spans.RemoveAll(span => span.End < watch.OldestStart);
        for (var unit = 0; filler is not null && unit < watch.Units; unit++)
        {
            Spans.AddRange(filler.TakeSpans(unit).Select(
                span => new FilledSpan(filler.Trial, surroundings.FillersYield ? span.Processor : unit, span.Start, span.End)));
        }
    }
}
