using DurableTrainer.Core.Trials;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Api.Views;

/// <summary>An experiment as it is shown, with what it takes of its tenant's quota.</summary>
public sealed record ExperimentDetails : ExperimentView
{
    public ExperimentDetails()
    {
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    internal ExperimentDetails(ExperimentView view)
        : base(view)
    {
    }

    /// <summary>Whose quota it counts against.</summary>
    public string? Tenant { get; init; }

    /// <summary>What it took, once it has ended.</summary>
    public Usage? Usage { get; init; }

    /// <summary>What it may come to, while it runs or waits.</summary>
    public Amounts? Asked { get; init; }

    /// <summary>What it has used up so far, while it runs.</summary>
    public Amounts? Charged { get; init; }
}
