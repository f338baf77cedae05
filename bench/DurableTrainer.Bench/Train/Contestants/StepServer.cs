using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>
/// The other end of a <see cref="Contestant"/>, as pytorch_workloads.py is: keeps a model warm, and for each line of standard input runs
/// for a while and answers with a line of JSON. A process of its own, so that its peak memory is that of its model.
/// </summary>
internal sealed class StepServer(int threads, TextWriter output) : IDisposable
{
    private StepLoop? model;
    private (int Size, ProductLoop Loop)? product;

    public static Command Command(TextReader input)
    {
        var threads = new Option<int>("--threads") { DefaultValueFactory = _ => 1 };
        var command = new Command("serve", "Runs steps of training when asked on standard input.") { threads };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellation) =>
        {
            using var server = new StepServer(parsed.GetValue(threads), parsed.InvocationConfiguration.Output);
            server.Answer(new { ready = true });
            while (await input.ReadLineAsync(cancellation) is { } line)
                server.Reply(line.Split(' '));
            return 0;
        });
        return command;
    }

    public void Dispose() => model?.Dispose();

    private void Reply(string[] request)
    {
        switch (request)
        {
            case ["open", var workload, var batch]:
                model?.Dispose();
                model = new StepLoop(Workload.Named(workload), int.Parse(batch, CultureInfo.InvariantCulture), threads);
                Answer(new { parameters = model.ParameterCount });
                break;
            case ["run", var seconds] when model is not null:
                Answer(model.Run(double.Parse(seconds, CultureInfo.InvariantCulture)));
                break;
            case ["multiply", var text, var seconds]:
                var size = int.Parse(text, CultureInfo.InvariantCulture);
                if (product?.Size != size)
                    product = (size, new ProductLoop(size));
                Answer(product.Value.Loop.Run(double.Parse(seconds, CultureInfo.InvariantCulture)));
                break;
            default:
                throw new BenchException($"Nobody understands '{string.Join(' ', request)}'.");
        }
    }

    private void Answer(object answer)
    {
        output.WriteLine(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web));
        output.Flush();
    }
}
