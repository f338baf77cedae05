using DurableTrainer.GpuWorker;
using DurableTrainer.Storage;
using Microsoft.DurableTask.Worker.AzureManaged;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

WorkerSettings settings;
try
{
    settings = WorkerSettings.Of(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}
catch (Exception exception) when (exception is InvalidOperationException or StorageException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 2;
}

// The pool starts this program once more for its worker.
if (args is [WorkerProcess.Argument, ..])
    return await WorkerProcess.RunAsync(settings);

var host = Host.CreateApplicationBuilder();
host.AddGpuWorker(settings, worker => worker.UseDurableTaskScheduler($"{settings.Scheduler};TaskHub={settings.TaskHub}"));
await host.Build().RunAsync();
return 0;
