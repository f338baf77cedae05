namespace DurableTrainer.Training.Cpu.Operations;

/// <summary>Some lines of outputs, counted through all images of a batch.</summary>
internal readonly record struct LineRange(int First, int Lines);

/// <summary>Cuts lines into ranges of so many at a time, for <c>foreach</c> without an allocation.</summary>
internal readonly struct LineRanges(int first, int end, int atATime)
{
    public Enumerator GetEnumerator() => new(first, end, atATime);

    internal struct Enumerator(int first, int end, int atATime)
    {
        private int next = first;

        public LineRange Current { get; private set; }

        public bool MoveNext()
        {
            if (next >= end)
                return false;
            Current = new LineRange(next, Math.Min(atATime, end - next));
            next += atATime;
            return true;
        }
    }
}
