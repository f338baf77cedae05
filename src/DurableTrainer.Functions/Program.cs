using DurableTrainer.Api.Hosting;
using DurableTrainer.Functions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The pool starts this program once more for each of its workers.
if (args is [WorkerProcess.Argument, ..])
    return await WorkerProcess.RunAsync(AppSettings.OfEnvironment());

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services
    .AddSingleton(AppSettings.Of(builder.Configuration))
    .AddSingleton<Workflows>()
    .AddSingleton<Desk>()
    .AddSingleton<HttpPipeline>()
    .AddSingleton(services => services.GetRequiredService<Desk>().Api)
    .AddHostedService<OrphanWatch>()
    .Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = Desk.MostUploadBytes)
    .AddDurableTrainer()
    .AddTelemetry(builder.Configuration);
using var app = builder.Build();
await app.RunAsync();
return 0;
