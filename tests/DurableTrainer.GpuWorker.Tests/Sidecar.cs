using DurableTask.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing.Sidecar;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.Extensions.DependencyInjection;

namespace DurableTrainer.GpuWorker.Tests;

/// <summary>What a worker connects to in place of the Durable Task Scheduler: the published back end in memory, behind a connection of this machine.</summary>
internal sealed class Sidecar : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ServiceProvider services;

    private Sidecar(WebApplication server, GrpcChannel channel)
    {
        (this.server, Channel) = (server, channel);
        services = new ServiceCollection()
            .AddLogging()
            .AddDurableTaskClient(client => client.UseGrpc(channel).Configure(options => options.DataConverter = DurableTask.DurableTaskRegistration.Converter))
            .BuildServiceProvider();
        Client = services.GetRequiredService<IDurableTaskClientProvider>().GetClient();
    }

    public GrpcChannel Channel { get; }

    public DurableTaskClient Client { get; }

    public static async Task<Sidecar> StartAsync()
    {
        var backEnd = new InMemoryOrchestrationService();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddGrpc();
        builder.Services.AddSingleton<IOrchestrationService>(backEnd).AddSingleton<IOrchestrationServiceClient>(backEnd).AddSingleton<TaskHubGrpcServer>();
        var server = builder.Build();
        server.MapGrpcService<TaskHubGrpcServer>();
        await server.StartAsync();
        return new(server, GrpcChannel.ForAddress(server.Urls.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        Channel.Dispose();
        await server.StopAsync(new CancellationToken(canceled: true));
        await server.DisposeAsync();
    }
}
