using System.Diagnostics;
using System.Globalization;

namespace DurableTrainer.Bench.Train.Contestants;

/// <summary>PyTorch as a user may have it: with whatever multiplies matrices for it in that environment.</summary>
/// <param name="Name">By which it is told from others.</param>
/// <param name="Environment">Variables on top of those of this process.</param>
internal sealed record Opponent(string Name, IReadOnlyDictionary<string, string> Environment)
{
    private const string Script = "pytorch_workloads.py";

    private const string Advice =
        """
        On Debian, PyTorch comes with
          apt-get install --no-install-recommends python3-torch
        and MKL, of the component non-free, with
          apt-get install libmkl-rt libmkl-core libmkl-def libmkl-avx2 libmkl-avx512 libmkl-sequential libmkl-gnu-thread
          update-alternatives --config libblas.so.3-x86_64-linux-gnu
        """;

    /// <summary>In the environment of this process.</summary>
    public static Opponent Plain { get; } = new("pytorch", new Dictionary<string, string>());

    /// <summary>Reads <c>NAME[,VARIABLE=VALUE…]</c>.</summary>
    /// <returns>Null when that is something else.</returns>
    public static Opponent? Parse(string text)
    {
        var parts = text.Split(',');
        var variables = new Dictionary<string, string>();
        foreach (var part in parts.Skip(1))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is var equals && equals < 1)
                return null;
            variables[part[..equals]] = part[(equals + 1)..];
        }

        return parts[0].Length == 0 || parts[0].Contains('=', StringComparison.Ordinal) ? null : new Opponent(parts[0], variables);
    }

    /// <exception cref="BenchException">There is no PyTorch.</exception>
    public async Task<Contestant> StartAsync(string python, int threads)
    {
        var number = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, Script), number]);
        start.Environment["OMP_NUM_THREADS"] = number;
        start.Environment["MKL_NUM_THREADS"] = number;
        // Debian's PyTorch is linked to GNU's OpenMP; Intel's beside it would be a second team of threads.
        start.Environment["MKL_THREADING_LAYER"] = threads == 1 ? "SEQUENTIAL" : "GNU";
        foreach (var (variable, value) in Environment)
            start.Environment[variable] = value;
        try
        {
            return await Contestant.StartAsync($"PyTorch ({Name})", start);
        }
        catch (BenchException exception)
        {
            throw new BenchException($"{exception.Message}\n{Advice}");
        }
    }
}
