namespace DurableTrainer.Workers.Pool;

/// <summary>The last lines that a worker wrote to its log, for the message about its loss.</summary>
internal sealed class LogTail(int capacity)
{
    private readonly Queue<string> lines = new();

    public void Add(string line)
    {
        lock (lines)
        {
            if (lines.Count == capacity)
                lines.Dequeue();
            lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (lines)
            return string.Join(Environment.NewLine, lines);
    }
}
