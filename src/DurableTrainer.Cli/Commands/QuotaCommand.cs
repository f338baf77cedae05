using System.CommandLine;
using DurableTrainer.Cli.Hosting;
using DurableTrainer.Cli.Views;
using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Quotas;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain quota</c> and <c>dtrain quota set</c></summary>
internal static class QuotaCommand
{
    public static Command Create(CommonOptions options)
    {
        var tenant = new Option<string?>("--tenant") { Description = "Only this tenant; with set, 'default' when left out.", HelpName = "NAME", Recursive = true };
        tenant.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !Names.IsName(token.Value)))
                result.AddError($"--tenant needs a name of {Names.Words}.");
        });
        var json = new Option<bool>("--json") { Description = "A JSON object a line." };
        var command = new Command("quota", "Shows what each tenant may use, has used and holds.") { tenant, json, Set(options, tenant) };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = options.FolderToRead(parsed);
            IReadOnlyList<string> tenants = parsed.GetValue(tenant) is { } one ? [one] : await QuotaArtifact.TenantsAsync(folder.Store, cancellation);
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
            var name = parsed.GetValue(tenant) ?? QuotaSpec.DefaultTenant;
            var quota = parsed.GetValue(settings)!.Aggregate(await QuotaArtifact.ReadAsync(folder.Store, name, cancellation), QuotaSetting.Apply);
            await QuotaArtifact.WriteAsync(folder.Store, name, quota, cancellation);
            await Console.Out.WriteLineAsync($"Tenant '{name}' may use {(quota.Allowed.Named.Any() ? quota.Allowed.ToString() : "anything")}{PeriodText(quota)}.");
        });
        return command;

        static string PeriodText(Quota quota) =>
            quota.Period == QuotaPeriod.None ? "" : $"; what is consumed, by the {quota.Period.ToString().ToLowerInvariant()}";
    }
}
