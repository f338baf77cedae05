namespace DurableTrainer.Core.Trials;

/// <summary>Who shares a pool's workers with others that want them at once.</summary>
/// <param name="Tenant">Whose experiment it is.</param>
/// <param name="Weight">The tenant's share beside the weights of others.</param>
public sealed record PoolShare(string Tenant, double Weight);
