using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Api.Views;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Insight;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>What can be learned from an experiment.</summary>
internal static class InsightEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/experiments/{id}/importance", ImportanceAsync).WithName("GetImportance")
            .WithSummary("Which parameters mattered, a report for each objective; once the experiment has ended.")
            .Produces<IReadOnlyList<ImportanceReport>>().Problems(404, 409);
        routes.MapGet("/api/experiments/{id}/correlations", CorrelationsAsync).WithName("GetCorrelations")
            .WithSummary("Which parameters went with what trials used and reached; once the experiment has ended.")
            .Produces<CorrelationReport>().Problems(404, 409);
        routes.MapGet("/api/experiments/{id}/report", ReportAsync).WithName("GetReport")
            .WithSummary("All about an ended experiment as one page that needs nothing else.").Produces<string>(200, "text/html").Problems(404, 409);
        routes.MapGet("/api/experiments/{id}/timeline", TimelineAsync).WithName("GetTimeline")
            .WithSummary("When each slice of each trial ran, and what was decided after it.").Produces<Timeline>().Problems(404);
    }

    private static async Task<IResult> ReportAsync(string id, HttpContext context, ApiServices api, CancellationToken cancellation)
    {
        var view = await api.Catalog.GetAsync(id, cancellation);
        if (!view.IsOver)
            throw NotEnded(view, "its report");
        var report = await api.Store.ReadAsync(ArtifactPaths.Report(id), cancellation)
            ?? throw new ApiException(KnownProblems.Of(404, $"Experiment '{id}' has no report; an earlier version ran it."));
        // A page of the trainer's own: its style, and nothing else.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return new RepresentationAnswer(new(report, "text/html; charset=utf-8"));
    }

    private static async Task<IResult> ImportanceAsync(string id, ApiServices api, CancellationToken cancellation)
    {
        var view = await api.Catalog.GetAsync(id, cancellation);
        return JsonAnswer.Of(await api.Catalog.ImportanceAsync(id, cancellation) ?? throw NotEnded(view, "which parameters matter"));
    }

    private static async Task<IResult> CorrelationsAsync(string id, ApiServices api, CancellationToken cancellation)
    {
        var view = await api.Catalog.GetAsync(id, cancellation);
        return JsonAnswer.Of(await api.Catalog.CorrelationsAsync(id, cancellation) ?? throw NotEnded(view, "what goes with what"));
    }

    private static async Task<IResult> TimelineAsync(string id, ApiServices api, CancellationToken cancellation) =>
        JsonAnswer.Of(Timeline.Of(id, await api.Catalog.EventsAsync(id, cancellation)));

    private static ApiException NotEnded(ExperimentView view, string what) =>
        new(StatusCodes.Status409Conflict, "running", "The experiment has not ended", $"{view.Id} has not ended; {what} is there at its end.");
}
