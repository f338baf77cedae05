using DurableTrainer.Api.Security;

namespace DurableTrainer.Api.Hosting;

/// <summary>How a server is reached, and by whom.</summary>
public sealed record ApiHostOptions
{
    public ListenAddress Listen { get; init; } = ListenAddress.Default;

    /// <summary>What requests must carry; null where everyone on the machine is trusted, which needs a loopback address.</summary>
    public ApiKey? Key { get; init; }

    /// <summary>Requests a second that an address may make.</summary>
    public int RequestsPerSecond { get; init; } = 500;
}
