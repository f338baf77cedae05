using System.Reflection;
using DurableTrainer.Functions.Triggers;
using DurableTrainer.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using NCrontab;

namespace DurableTrainer.Functions.Tests;

/// <summary>What the host learns of the app: its trigger functions.</summary>
public sealed class TriggersTests
{
    private static readonly MethodInfo[] Functions =
    [
        .. typeof(HttpTriggers).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.IsDefined(typeof(FunctionAttribute))),
    ];

    [Fact]
    public async Task Each_orchestrator_activity_and_entity_of_the_workflows_has_one_function_under_its_name()
    {
        await using var workflows = WorkflowsOfTests();
        var registry = workflows.Registry;

        Assert.Equal(registry.Orchestrators.Keys.Order(), Triggered<OrchestrationTriggerAttribute>(trigger => trigger.Orchestration));
        Assert.Equal(registry.Activities.Keys.Order(), Triggered<ActivityTriggerAttribute>(trigger => trigger.Activity));
        Assert.Equal(registry.Entities.Keys.Order(), Triggered<EntityTriggerAttribute>(trigger => trigger.EntityName));
    }

    [Fact]
    public async Task Each_function_of_an_activity_runs_that_activity()
    {
        await using var workflows = WorkflowsOfTests();
        var triggers = new ActivityTriggers(workflows);
        foreach (var function in Functions.Where(method => method.DeclaringType == typeof(ActivityTriggers)))
        {
            // A call of no attempt and no input: what the activity then says of it names the activity's own work, not that it is unknown.
            var outcome = await Record.ExceptionAsync(() => (Task)function.Invoke(triggers, [System.Text.Json.JsonSerializer.SerializeToElement(0), "nobody-1"])!);
            Assert.IsNotType<KeyNotFoundException>(outcome);
        }
    }

    [Fact]
    public void Names_of_functions_are_unique_and_allowed()
    {
        var names = Functions.Select(NameOf).ToList();

        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[A-Za-z][A-Za-z0-9_-]{0,127}$", name));
    }

    [Fact]
    public void All_that_answers_over_http_but_health_asks_for_a_function_key()
    {
        var http = Functions.Select(method => (Name: NameOf(method), Trigger: TriggerOf<HttpTriggerAttribute>(method))).Where(pair => pair.Trigger is not null).ToList();

        Assert.Equal(["api/{*path}", "health/{*path}", "openapi/{*path}"], http.Select(pair => pair.Trigger!.Route).Order());
        Assert.All(http, pair => Assert.Equal(pair.Name == "Health" ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function, pair.Trigger!.AuthLevel));
    }

    [Fact]
    public void Timers_have_schedules()
    {
        var schedules = Functions.Select(TriggerOf<TimerTriggerAttribute>).OfType<TimerTriggerAttribute>().Select(trigger => trigger.Schedule).ToList();

        Assert.Equal(3, schedules.Count);
        Assert.All(schedules, schedule => Assert.NotNull(CrontabSchedule.Parse(schedule, new() { IncludingSeconds = true })));
    }

    private static Workflows WorkflowsOfTests() => new(
        new AppSettings(BlobLocation.Parse("UseDevelopmentStorage=true"), []), new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLoggerFactory.Instance);

    private static IEnumerable<string> Triggered<T>(Func<T, string?> named) where T : Attribute =>
        Functions.Where(method => TriggerOf<T>(method) is not null).Select(method => named(TriggerOf<T>(method)!) ?? NameOf(method)).Order();

    private static T? TriggerOf<T>(MethodInfo method) where T : Attribute =>
        method.GetParameters().Select(parameter => parameter.GetCustomAttribute<T>()).FirstOrDefault(attribute => attribute is not null);

    private static string NameOf(MethodInfo method) => method.GetCustomAttribute<FunctionAttribute>()!.Name;
}
