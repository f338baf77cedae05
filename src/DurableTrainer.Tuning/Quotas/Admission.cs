using DurableTrainer.Core.Spec;

namespace DurableTrainer.Tuning.Quotas;

/// <summary>An experiment that asks to be let in.</summary>
/// <param name="Experiment">Its id.</param>
/// <param name="Asked">What it may come to; what is not named has no bound that could be told before it runs.</param>
/// <param name="OnExceed">What becomes of it when that is too much now.</param>
/// <param name="Quota">What its tenant may use, from now on.</param>
/// <param name="Now">The time.</param>
public sealed record AdmissionRequest(string Experiment, Amounts Asked, OnExceed OnExceed, Quota Quota, DateTimeOffset Now);

public enum AdmissionVerdict
{
    /// <summary>What was asked for is reserved.</summary>
    Admitted,

    /// <summary>It may be admitted when others have ended, or another period begins: to be asked again.</summary>
    Waiting,
    Rejected,
}

/// <summary>Whether an experiment may run.</summary>
/// <param name="Verdict">Whether.</param>
/// <param name="Exceeded">Everything that there is too little of.</param>
public sealed record Admission(AdmissionVerdict Verdict, IReadOnlyList<Excess> Exceeded)
{
    /// <summary>All that is exceeded, as a sentence.</summary>
    public string Reason(string tenant) => $"the quota of tenant '{tenant}' is exceeded: {string.Join("; ", Exceeded.Select(excess => excess.ToString()))}";
}

/// <summary>A resource that there is too little of.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Asked">What was asked for; null when that has no bound.</param>
/// <param name="Used">What the tenant has used.</param>
/// <param name="Reserved">What is held for its other experiments.</param>
/// <param name="Allowed">What it may use.</param>
public sealed record Excess(Resource Resource, decimal? Asked, decimal Used, decimal Reserved, decimal Allowed)
{
    /// <summary>Whether it would be too much even if nobody else used any.</summary>
    public bool IsForGood => !(Asked <= Allowed);

    public override string ToString()
    {
        var asked = Asked is { } amount ? $"asked {Text(amount)}" : $"asked without a bound ({HowToBound})";
        return $"{Resources.NameOf(Resource)} {asked}, used {Text(Used)}, reserved {Text(Reserved)}, allowed {Text(Allowed)}";
    }

    private string HowToBound => Resource switch
    {
        Resource.CpuTime or Resource.Money => "give budget.cpuTime or limits.cpuTime",
        Resource.GpuTime => "give budget.wallClock or limits.wallClock",
        Resource.Memory => "give limits.memory",
        Resource.Storage => "give limits.parameters",
        _ => "it cannot be told before the experiment runs",
    };

    private string Text(decimal amount) => Resources.Text(Resource, amount);
}
