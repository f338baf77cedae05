namespace DurableTrainer.Training.Parallel;

/// <summary>The last so many durations, and their median.</summary>
internal sealed class RecentTimes(int most)
{
    private readonly Queue<double> seconds = [];

    public bool IsFull => seconds.Count == most;

    public double Median => MedianOfLast(most);

    /// <summary>Of so many, or of as many as there are.</summary>
    public double MedianOfLast(int count)
    {
        double[] sorted = [.. seconds.TakeLast(count).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The one that so many are shorter than.</summary>
    public double Ranked(int shorter) => seconds.Order().ElementAt(shorter);

    public void Add(double duration)
    {
        if (IsFull)
            seconds.Dequeue();
        seconds.Enqueue(duration);
    }

    public void Clear() => seconds.Clear();
}
