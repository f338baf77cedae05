using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace DurableTrainer.Storage.Tests;

/// <summary>What goes wrong with a request.</summary>
public enum NetworkFault
{
    None,

    /// <summary>It never reaches the service.</summary>
    LostRequest,

    /// <summary>The service acts; its answer is lost.</summary>
    LostAnswer,

    /// <summary>The service refuses because it is busy.</summary>
    Busy,

    /// <summary>The service acts, and says that it failed.</summary>
    FalseFailure,

    /// <summary>The service acts; nothing comes until the request has taken too long.</summary>
    TimeOut,
}

/// <summary>The way to the service, with faults on it.</summary>
/// <param name="fault">Chooses what goes wrong with a request. It is called by one task at a time.</param>
internal sealed class FaultyTransport(Func<Request, NetworkFault> fault) : HttpPipelineTransport
{
    private readonly Lock gate = new();

    /// <summary>Faults by a generator with this seed: one request in so many meets one.</summary>
    public static FaultyTransport Random(int seed, int oneIn)
    {
        var random = new Random(seed);
        return new FaultyTransport(_ => random.Next(oneIn) == 0 ? (NetworkFault)random.Next(1, 6) : NetworkFault.None);
    }

    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException("The store sends nothing that way.");

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        NetworkFault chosen;
        lock (gate)
            chosen = fault(message.Request);
        switch (chosen)
        {
            case NetworkFault.LostRequest:
                throw new RequestFailedException("The connection was reset.", new IOException("for this test"));
            case NetworkFault.Busy:
                throw new RequestFailedException(503, "The server is busy.", "ServerBusy", null);
        }

        await HttpClientTransport.Shared.ProcessAsync(message);
        switch (chosen)
        {
            case NetworkFault.LostAnswer:
                throw new RequestFailedException("The connection was reset.", new IOException("for this test"));
            case NetworkFault.FalseFailure:
                throw new RequestFailedException(500, "Something went wrong.", "InternalError", null);
            case NetworkFault.TimeOut:
                throw new TaskCanceledException("The request took too long.");
        }
    }
}
