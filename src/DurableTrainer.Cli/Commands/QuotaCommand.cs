using System.CommandLine;
using System.Text.RegularExpressions;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Storage;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain quota</c> and <c>dtrain quota set</c></summary>
internal static partial class QuotaCommand
{
    private const string DefaultTenant = "default";

    public static Command Create(CommonOptions options)
    {
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant; with set, 'default' when left out.", HelpName = "NAME", Recursive = true };
        tenant.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !TenantName().IsMatch(token.Value)))
                result.AddError("--tenant needs a name of letters a-z, digits and dashes, up to 63.");
        });
        var json = new Option<bool>("--json") { Description = "A JSON object a line." };
        var command = new Command("quota", "Shows what each tenant may use, has used and holds.") { tenant, json, Set(options, tenant) };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.FolderToRead(parsed);
            IReadOnlyList<string> tenants = parsed.GetValue(tenant) is { } one ? [one] : await TenantsAsync(folder, cancellation);
            foreach (var account in await Accounts.ReadAsync(folder, tenants, cancellation))
            {
                if (parsed.GetValue(json))
                    await Console.Out.WriteLineAsync(ArtifactJson.WriteLine(account));
                else
                    AccountTable.Write(account, Terminal.Create(parsed.GetValue(options.NoColor)));
            }
        });
        return command;
    }

    private static Command Set(CommonOptions options, Option<string?> tenant)
    {
        var settings = new Argument<string[]>("SETTING")
        {
            Description = "NAME=VALUE: experiments, workers, memory, storage, cpuTime, gpuTime, money, period (day, week, month), cpuHour and gpuHour (prices), weight; 'none' takes a bound away.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("set", "Changes what a tenant may use; experiments that are let in from then on are held to it.") { settings };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.Folder(parsed);
            var name = parsed.GetValue(tenant) ?? DefaultTenant;
            var quota = parsed.GetValue(settings)!.Aggregate(await QuotaArtifact.ReadAsync(folder.Store, name, cancellation), QuotaSetting.Apply);
            await QuotaArtifact.WriteAsync(folder.Store, name, quota, cancellation);
            await Console.Out.WriteLineAsync($"Tenant '{name}' may use {(quota.Allowed.Named.Any() ? quota.Allowed.ToString() : "anything")}{PeriodText(quota)}.");
        });
        return command;

        static string PeriodText(Quota quota) =>
            quota.Period == QuotaPeriod.None ? "" : $"; what is consumed, by the {quota.Period.ToString().ToLowerInvariant()}";
    }

    private static async Task<IReadOnlyList<string>> TenantsAsync(DataFolder folder, CancellationToken cancellation) =>
        [.. (await folder.Store.ListFoldersAsync(ArtifactPaths.Tenants, cancellation)).Append(DefaultTenant).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^[a-z0-9-]{1,63}\z")]
    private static partial Regex TenantName();
}
