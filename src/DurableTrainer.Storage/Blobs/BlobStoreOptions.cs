using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace DurableTrainer.Storage.Blobs;

/// <summary>How a <see cref="BlobStore"/> deals with a service that is slow or away.</summary>
public sealed record BlobStoreOptions
{
    /// <summary>
    /// How long a call goes on trying while the service is away, restarts or throttles. After it the call fails with
    /// <see cref="StorageFault.Away"/>. Two minutes unless said otherwise.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one request may take before it counts as lost. Half a minute unless said otherwise.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What waiting and the renewal of leases go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long a call waits about before its second try; before each further one twice as long.</summary>
    internal TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest block that is appended to a log at once: every version of the service takes 4 MiB.</summary>
    internal int LogBlockBytes { get; init; } = 4 << 20;

    /// <summary>From how many blocks on a log is written anew in fewer: the service takes 50,000.</summary>
    internal int LogBlocks { get; init; } = 49_000;

    /// <summary>Content above this goes up and comes down in pieces of this, several at once.</summary>
    internal int PieceBytes { get; init; } = 8 << 20;

    /// <summary>How many requests one call has under way at once.</summary>
    internal int Parallel { get; init; } = 8;

    /// <summary>How many names one request lists; null for as many as the service gives.</summary>
    internal int? PageLength { get; init; }

    /// <summary>Tests put a network with faults here.</summary>
    internal HttpPipelineTransport? Transport { get; init; }

    internal BlobClientOptions ForClient()
    {
        var client = new BlobClientOptions();

        // Trying again is done here, where it is known what a lost answer means.
        client.Retry.MaxRetries = 0;
        client.Retry.NetworkTimeout = RequestTimeout;
        client.Diagnostics.IsDistributedTracingEnabled = false;
        if (Transport is not null)
            client.Transport = Transport;
        return client;
    }
}
