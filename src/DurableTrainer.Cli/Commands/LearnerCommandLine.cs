using System.CommandLine;
using DurableTrainer.Training.Parallel.Async.Loopback;

namespace DurableTrainer.Cli.Commands;

/// <summary><c>dtrain learner</c>, started by a worker.</summary>
internal static class LearnerCommandLine
{
    public const string Name = "learner";

    public static Command Create()
    {
        var command = new Command(Name, "Computes gradients for the worker whose address it reads from standard input.") { Hidden = true };
        command.SetAction((_, _) => Task.FromResult(Run(Console.In, Console.Error)));
        return command;
    }

    private static int Run(TextReader input, TextWriter error)
    {
        if (LearnerAddress.Parse(input.ReadLine()) is not { } address)
        {
            error.WriteLine("A learner is started by a worker, which tells it on standard input where it is.");
            return ExitStatus.Usage;
        }

        // Its worker holds the other end for as long as it lives. Who computes would notice only after the batch.
        new Thread(() => EndWith(input)) { IsBackground = true, Name = "input" }.Start();
        LearnerProgram.Run(address);
        return ExitStatus.Done;
    }

    private static void EndWith(TextReader input)
    {
        while (input.ReadLine() is not null)
        {
            // Nothing more is said to it.
        }

        Environment.Exit(ExitStatus.Failed);
    }
}
