using System.Text.Json;
using DurableTrainer.Api.Http;
using DurableTrainer.Api.Problems;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Quotas;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableTrainer.Api.Endpoints;

/// <summary>What tenants may use and have used, and what pools are busy with.</summary>
internal static class QuotaEndpoints
{
    private static readonly string Fields =
        $"It is an object of allowed ({string.Join(", ", Resources.All.Select(Resources.NameOf))}; bytes and seconds), period ({string.Join(", ", Enum.GetNames<QuotaPeriod>().Select(name => name.ToLowerInvariant()))}), prices (cpuHour, gpuHour) and weight.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/pools", (ApiServices api) => JsonAnswer.Of(api.PoolReports())).WithName("ListPools")
            .WithSummary("Workers and their load.").Produces<IReadOnlyList<PoolReport>>();
        routes.MapGet("/api/quotas", ListAsync).WithName("ListQuotas").WithSummary("What each tenant may use, has used and holds.")
            .Produces<IReadOnlyList<TenantAccount>>();
        routes.MapPut("/api/quotas/{tenant}", PutAsync).WithName("PutQuota")
            .WithSummary("Changes what a tenant may use; experiments that are let in from then on are held to it.")
            .Accepts<Quota>(isOptional: true, "application/json", "text/json").Produces<TenantAccount>().Problems(400, 413, 415);
    }

    private static async Task<IResult> ListAsync(ApiServices api, CancellationToken cancellation)
    {
        var accounts = new List<TenantAccount>();
        foreach (var tenant in await QuotaArtifact.TenantsAsync(api.Store, cancellation))
            accounts.Add(await api.Experiments.AccountAsync(tenant, cancellation));
        return JsonAnswer.Of(accounts);
    }

    private static async Task<IResult> PutAsync(string tenant, HttpContext context, ApiServices api, CancellationToken cancellation)
    {
        if (!Names.IsName(tenant))
            throw new ApiException(400, "bad-tenant", "Not a tenant", $"A tenant is {Names.Words}.");
        var (text, isYaml) = await TextBody.ReadAsync(context.Request, cancellation);
        if (isYaml)
            throw new ApiException(KnownProblems.Of(StatusCodes.Status415UnsupportedMediaType, "Send application/json."));
        Quota? quota;
        try
        {
            quota = JsonSerializer.Deserialize<Quota>(text, Strict);
        }
        catch (JsonException exception)
        {
            // The exception's own words are about types of this program.
            var place = exception.Path is { Length: > 1 } path ? $" at {path}" : exception.LineNumber is { } line ? $" in line {line + 1}" : "";
            throw new ApiException(400, "bad-quota", "Not a quota", $"The quota cannot be read{place}. {Fields}");
        }

        if ((quota ?? throw new ApiException(400, "bad-quota", "Not a quota", "The quota is null.")).WhyNot() is { } why)
            throw new ApiException(400, "bad-quota", "Not a quota", why);
        await QuotaArtifact.WriteAsync(api.Store, tenant, quota, cancellation);
        return JsonAnswer.Of(await api.Experiments.AccountAsync(tenant, cancellation));
    }

    private static JsonSerializerOptions Strict { get; } =
        new(ArtifactJson.Line) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };
}
