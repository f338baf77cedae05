using DurableTrainer.Bench;

return await BenchCommandLine.RunAsync(args, Console.In, Console.Out, Console.Error);
