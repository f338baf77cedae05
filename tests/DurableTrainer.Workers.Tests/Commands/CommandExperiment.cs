using System.Text;
using DurableTrainer.Core.Space;
using DurableTrainer.Core.Spec;
using DurableTrainer.Core.Trials;
using DurableTrainer.Storage;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Workers.Tests.Commands;

/// <summary>A store that holds a submitted experiment whose trials a shell script trains, ready for its slices.</summary>
internal sealed class CommandExperiment : IDisposable
{
    public const string Id = "command-1";

    /// <summary>Counts epochs in its folder, and ends when it is asked for no more.</summary>
    public const string Counting = """
        i=$(cat "$DTRAIN_CHECKPOINT/epoch" 2>/dev/null || echo 0)
        while [ "$i" -lt "$DTRAIN_TO_EPOCH" ]; do
          i=$((i + 1))
          echo "$i" > "$DTRAIN_CHECKPOINT/epoch.new" && mv "$DTRAIN_CHECKPOINT/epoch.new" "$DTRAIN_CHECKPOINT/epoch"
          echo "{\"epoch\": $i, \"score\": $i}"
        done
        """;

    private readonly TemporaryFolder folder = new();
    private readonly AllowedCommands allowed;

    /// <param name="script">What <c>sh</c> runs.</param>
    /// <param name="limits">The spec's limits, as JSON.</param>
    /// <param name="objective">The spec's objective, as JSON.</param>
    /// <param name="silence">How long the script may write nothing.</param>
    /// <param name="run">The command, as JSON, if not <c>sh train.sh</c>.</param>
    /// <param name="allow">The programs that may be run.</param>
    public CommandExperiment(
        string script, string limits = "{}", string objective = """{ "metric": "score" }""", string silence = "PT10M",
        string run = """["sh", "train.sh", "$rate"]""", params string[] allow)
    {
        Directory.CreateDirectory(folder.At("spec"));
        File.WriteAllText(Script, script);
        Store = new FolderStore(folder.At("store"));
        allowed = new AllowedCommands(allow.Length == 0 ? ["sh"] : allow);
        var spec = SpecReader.Read($$"""
            {
              "objective": {{objective}},
              "space": [ { "name": "rate", "type": "float", "min": 0, "max": 1, "adjustable": true } ],
              "training": { "command": { "run": {{run}}, "silence": "{{silence}}" }, "epochs": 9 },
              "limits": {{limits}}
            }
            """);
        var files = CommandFiles.Among([spec.Training.BindCommand(Point()).Command.Run], folder.At("spec"));
        Write(ArtifactPaths.Spec(Id), Encoding.UTF8.GetBytes(SpecReader.Write(spec)));
        Write(ArtifactPaths.Data(Id), DataSource.Of(folder.At("spec"), files).Write());
    }

    public FolderStore Store { get; }

    /// <summary>What the workers log.</summary>
    public StringWriter Log { get; } = new();

    public string Script => folder.At("spec/train.sh");

    public string Scratch => folder.At("scratch");

    /// <summary>A file that a script may leave something in, which is no part of its checkpoints.</summary>
    public string Note => folder.At("spec/note");

    /// <summary>What scripts left there, line by line.</summary>
    public string[] Notes => File.Exists(Note) ? File.ReadAllLines(Note) : [];

    public static Point Point(double rate = 0.5) => new([new("rate", rate)]);

    public static SliceRequest Slice(int number, int fromEpoch, int toEpoch, int trial = 0) => new()
    {
        Experiment = Id,
        Trial = trial,
        Slice = number,
        Point = Point(),
        FromEpoch = fromEpoch,
        ToEpoch = toEpoch,
    };

    /// <summary>Runs a slice on a worker of its own, as after a restart.</summary>
    public Task<SliceResult> RunAsync(SliceRequest request, Action<EpochReport>? report = null, CancellationToken stop = default) =>
        new SliceRunner(Store, TimeProvider.System, Log, new() { Place = new CommandPlace(Scratch, allowed) }).RunAsync(request, report ?? (_ => { }), stop)
            .WaitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);

    /// <summary>The epochs in the log of the trial, each with its score.</summary>
    public async Task<IReadOnlyList<(int Epoch, double Score)>> ScoresAsync(int trial = 0) =>
        [.. (await MetricsLog.ReadAsync(Store, Id, trial)).Select(report => (report.Epoch, report.Values["score"]))];

    /// <summary>What a checkpoint holds.</summary>
    public async Task<Dictionary<string, string>> FilesAsync(string checkpoint)
    {
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream((await Store.ReadAsync(checkpoint))!));
        var files = new Dictionary<string, string>();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            files[entry.FullName] = await reader.ReadToEndAsync();
        }

        return files;
    }

    public void Write(string path, byte[] content) => Store.WriteAsync(path, content).GetAwaiter().GetResult();

    public void Dispose()
    {
        folder.Dispose();
        Log.Dispose();
    }
}
