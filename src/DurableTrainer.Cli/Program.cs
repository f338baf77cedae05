using DurableTrainer.Cli;

return await CommandLine.RunAsync(args);
