using System.Text.Json.Nodes;
using DurableTrainer.Bench.Searches.Tasks;

namespace DurableTrainer.Bench.Searches;

/// <summary>Something to be trained, and a space to search for the best way.</summary>
internal abstract class TrainingTask(string name)
{
    public static IReadOnlyList<TrainingTask> All { get; } = [new DigitsTask(), new WideDigitsTask(), new FallingRateTask()];

    public string Name => name;

    /// <summary>What is looked at: <c>accuracy</c>.</summary>
    public abstract string Measure { get; }

    public string Metric => "validation." + Measure;

    public string TestMetric => "test." + Measure;

    /// <summary>Whether a trial counts with its best epoch, and not with its last.</summary>
    public abstract bool AnyEpochCounts { get; }

    /// <summary>Whether more is better.</summary>
    public abstract bool IsMaximised { get; }

    /// <summary>Values that differ by no more are equally good.</summary>
    public abstract double Tolerance { get; }

    /// <summary>The arms that are worth comparing here.</summary>
    public abstract IReadOnlyList<Arm> Arms { get; }

    /// <summary>How long each search may take; null where the trials are what ends it.</summary>
    public virtual TimeSpan? Deadline => null;

    /// <summary>Files that the spec refers to, by name.</summary>
    public virtual IReadOnlyDictionary<string, string> Files(int seed) => new Dictionary<string, string>();

    /// <summary>The experiment, without what the arm decides.</summary>
    public abstract JsonObject Spec(int seed);

    /// <summary>The experiment as an arm runs it.</summary>
    /// <param name="arm">How to search.</param>
    /// <param name="seed">Of the experiment.</param>
    /// <param name="deadline">Instead of the task's own.</param>
    public JsonObject Spec(Arm arm, int seed, TimeSpan? deadline)
    {
        var spec = Spec(seed);
        arm.AddTo(spec, Reduction, EveryEpochs);
        if ((deadline ?? Deadline) is { } time)
            spec["budget"]!["wallClock"] = System.Xml.XmlConvert.ToString(time);
        return spec;
    }

    public bool IsBetter(double value, double than) => IsMaximised ? value > than : value < than;

    /// <summary>How much better one value is than another.</summary>
    public double Gain(double value, double over) => IsMaximised ? value - over : over - value;

    protected virtual int Reduction => 3;

    protected virtual int EveryEpochs => 3;
}
