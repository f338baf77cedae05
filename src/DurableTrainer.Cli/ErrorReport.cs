using DurableTrainer.Api.Views;
using DurableTrainer.Cli.AskTell;
using DurableTrainer.Cli.Sources;
using DurableTrainer.Core.Spec;
using DurableTrainer.Durable;
using DurableTrainer.Experiments;
using DurableTrainer.Experiments.Submission;
using DurableTrainer.Storage;
using DurableTrainer.Training;
using DurableTrainer.Workers;

namespace DurableTrainer.Cli;

/// <summary>Tells a user what went wrong and what to do, without a stack trace unless one was asked for.</summary>
internal static class ErrorReport
{
    public static int StatusOf(Exception exception, CancellationToken interrupt) => exception switch
    {
        OperationCanceledException when interrupt.IsCancellationRequested => ExitStatus.Interrupted,
        ServerException { IsUsage: true } => ExitStatus.Usage,
        SpecException or UsageException or ExperimentNotFoundException or ReplayException => ExitStatus.Usage,
        _ => ExitStatus.Failed,
    };

    public static void Write(Exception exception, bool verbose, TextWriter error)
    {
        switch (exception)
        {
            case OperationCanceledException:
                error.WriteLine("Interrupted. Nothing is lost: run the same command again to go on.");
                break;
            case SpecException spec:
                error.WriteLine(spec.Problems.Count == 1 ? "The spec has a problem:" : $"The spec has {spec.Problems.Count} problems:");
                foreach (var problem in spec.Problems)
                    error.WriteLine($"  {problem}");
                break;
            case UsageException or ExperimentNotFoundException or ReplayException or StorageException or TrainingException or WorkerException or DurableException or ServerException
                or StateFileException:
                error.WriteLine(exception.Message);
                break;
            default:
                error.WriteLine($"{exception.Message}{Environment.NewLine}This is a fault of dtrain itself{(verbose ? ":" : "; --verbose shows more.")}");
                break;
        }

        if (verbose && exception is not OperationCanceledException)
            error.WriteLine((exception as ExperimentFailedException)?.Details ?? exception.ToString());
    }
}

/// <summary>The command line asks for something that cannot be done.</summary>
internal sealed class UsageException(string message) : Exception(message);
