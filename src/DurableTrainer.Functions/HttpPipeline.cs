using DurableTrainer.Api;
using DurableTrainer.Api.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableTrainer.Functions;

/// <summary>The routes of the HTTP API, behind the host's own: it knows one function for all of them, which it has let the caller through to.</summary>
internal sealed class HttpPipeline
{
    private readonly RequestDelegate next;

    public HttpPipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseDurableTrainer();
        app.UseRouting();
        app.UseEndpoints(routes => routes.MapDurableTrainer());
        next = app.Build();
    }

    public Task RunAsync(HttpContext context)
    {
        // The host's route has led here; it says nothing of ours.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        return next(context);
    }
}
