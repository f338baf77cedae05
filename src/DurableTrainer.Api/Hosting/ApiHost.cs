using System.Diagnostics;
using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableTrainer.Api.Hosting;

/// <summary>A server of the API in this process.</summary>
public static class ApiHost
{
    /// <summary>A connection costs memory; those above are turned away.</summary>
    private const int MostConnections = 5000;

    /// <param name="options">How it is reached.</param>
    /// <param name="services">What the routes work with.</param>
    /// <param name="loggers">Where to log; nowhere when null.</param>
    /// <exception cref="ArgumentException">It would be reached from other machines without a key.</exception>
    public static WebApplication Create(ApiHostOptions options, ApiServices services, ILoggerFactory? loggers = null)
    {
        if (!options.Listen.IsLoopback && options.Key is null)
            throw new ArgumentException("Without an API key a server may listen on a loopback address only.", nameof(options));

        // Nothing is taken from the environment or from files: what a server does is what it was told.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        if (loggers is not null)
            builder.Services.AddSingleton(loggers);
        else
            builder.Logging.ClearProviders();
        // A stream of events would hold a stop back for as long as the experiment runs.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton(services);
        builder.Services.AddDurableTrainer();
        builder.Services.AddRateLimiter(limiter => RateLimits.Configure(limiter, options.RequestsPerSecond));

        var server = builder.Build();
        MalformedRequests.Explain(server.Services.GetRequiredService<DiagnosticListener>());
        server.UseDurableTrainer();
        server.UseMiddleware<BrowserGuard>(options.Key is null);
        if (options.Key is { } key)
            server.UseMiddleware<ApiKeyCheck>(key);
        server.UseRateLimiter();
        server.UseRouting();
        server.MapDurableTrainer();
        return server;
    }

    private static void Configure(KestrelServerOptions kestrel, ApiHostOptions options)
    {
        kestrel.AddServerHeader = false;
        // A little more than is taken, so that a client that sends a little too much has sent it all when it is told.
        kestrel.Limits.MaxRequestBodySize = TextBody.MostBytes + (64 << 10);
        kestrel.Limits.MaxRequestLineSize = 8 << 10;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        // Who sends slower than this holds a connection to harm.
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        kestrel.Listen(options.Listen.Address, options.Listen.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            MalformedRequests.Prepare(listen);
        });
    }
}
