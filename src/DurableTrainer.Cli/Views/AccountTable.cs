using System.Globalization;
using DurableTrainer.Experiments.Artifacts;
using DurableTrainer.Tuning.Quotas;
using Spectre.Console;

namespace DurableTrainer.Cli.Views;

/// <summary>What a tenant may use, has used and holds, as tables.</summary>
internal static class AccountTable
{
    public static void Write(TenantAccount account, IAnsiConsole console)
    {
        var table = ExperimentTables.Bordered("resource", "used", "reserved", "allowed", "left").Title($"[bold]Tenant {Markup.Escape(account.Tenant)}[/]");
        foreach (var (resource, used, reserved, allowed) in account.Resources)
        {
            // Times count whether or not there is a bound; of the rest, what is bounded or held says something.
            if (allowed is null && used == 0 && reserved == 0)
                continue;
            table.AddRow(
                Resources.NameOf(resource), Text(resource, used), Text(resource, reserved),
                allowed is { } bound ? Text(resource, bound) : "–", allowed is { } all ? Left(resource, all - used - reserved) : "–");
        }

        console.Write(table);
        if (account.Period != QuotaPeriod.None)
        {
            console.WriteLine(account.PeriodStart is { } start
                ? string.Create(CultureInfo.InvariantCulture, $"What is consumed counts by the {Name(account.Period)}, now from {start:yyyy-MM-dd} (UTC) on.")
                : $"What is consumed counts by the {Name(account.Period)}.");
        }

        if (account.Weight != 1)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Weight {account.Weight} where several tenants want workers at once."));
        if (account.Experiments.Count == 0)
            return;
        var experiments = ExperimentTables.Bordered("experiment", "status", "asked", "used");
        foreach (var experiment in account.Experiments)
        {
            experiments.AddRow(
                Markup.Escape(experiment.Experiment), ExperimentTables.Status(experiment.IsWaiting ? "waiting" : "running"), Markup.Escape(Shown(experiment.Asked)), Markup.Escape(Shown(experiment.Charged)));
        }

        console.Write(experiments);
    }

    private static string Shown(Amounts amounts) => amounts.Only(resource => amounts.Of(resource) > 0).ToString() is { Length: > 0 } text ? text : "–";

    private static string Left(Resource resource, decimal left) => left <= 0 ? "[red]0[/]" : Text(resource, left);

    private static string Name(QuotaPeriod period) => period.ToString().ToLowerInvariant();

    private static string Text(Resource resource, decimal amount) => Markup.Escape(Resources.Text(resource, amount));
}
