using DurableTrainer.Core.Spec;
using DurableTrainer.Experiments.Specs;
using DurableTrainer.Storage.Blobs.Data;
using DurableTrainer.Workers.Commands;
using DurableTrainer.Workers.Slices;

namespace DurableTrainer.Experiments.Submission;

/// <summary>A spec that has been held against its data, its models and this version, and can be run.</summary>
public sealed record PreparedExperiment(ExperimentSpec Spec, DataSource Data)
{
    /// <summary>The model to train again instead of searching; null for a search.</summary>
    public Replay? Replay { get; init; }

    /// <summary>Reads an experiment file; data paths are relative to it. Nothing is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    /// <param name="allowed">The commands that may be run here; none when null.</param>
    /// <param name="files">Finds data; that of this machine when null.</param>
    /// <exception cref="SpecException">It cannot be run; carries everything that is wrong with it.</exception>
    public static PreparedExperiment Read(
        string path, IReadOnlyCollection<string> pools, AllowedCommands? allowed = null, DataFiles? files = null) =>
        Prepare(Path.GetDirectoryName(Path.GetFullPath(path))!, pools, allowed, files, check => SpecFile.Read(path, check: check));

    /// <summary>Reads the text of an experiment file that a stranger sent; data paths are relative to a root that they cannot leave.</summary>
    /// <param name="text">JSON or YAML.</param>
    /// <param name="isYaml">Which of the two.</param>
    /// <param name="dataRoot">The folder that data paths are relative to.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    /// <param name="allowed">The commands that may be run here; none when null.</param>
    /// <param name="files">Finds data; that of this machine when null.</param>
    /// <exception cref="SpecException">It cannot be run; carries everything that is wrong with it.</exception>
    public static PreparedExperiment Parse(
        string text, bool isYaml, string dataRoot, IReadOnlyCollection<string> pools, AllowedCommands? allowed = null, DataFiles? files = null) =>
        Prepare(dataRoot, pools, allowed, files, check =>
        {
            SpecCheck confined = parts => DataRootFit.Problems(parts, dataRoot, files ?? DataFiles.Local) is { Count: > 0 } problems ? problems : check(parts);
            return isYaml ? SpecFile.ReadYaml(text, check: confined) : SpecReader.Read(text, check: confined);
        });

    /// <summary>Prepares a spec that did not come from a file.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="folder">The folder that data paths are relative to.</param>
    /// <param name="pools">The names of the pools that run slices here.</param>
    /// <param name="allowed">The commands that may be run here; none when null.</param>
    /// <param name="files">Finds data; that of this machine when null.</param>
    /// <exception cref="SpecException">It cannot be run; carries everything that is wrong with it.</exception>
    public static PreparedExperiment Create(
        ExperimentSpec spec, string folder, IReadOnlyCollection<string> pools, AllowedCommands? allowed = null, DataFiles? files = null) =>
        Prepare(folder, pools, allowed, files, check => SpecReader.Read(SpecReader.Write(spec), check: check));

    private static PreparedExperiment Prepare(
        string folder, IReadOnlyCollection<string> pools, AllowedCommands? allowed, DataFiles? files, Func<SpecCheck, ExperimentSpec> read)
    {
        var place = BlobPath.IsMeant(folder) ? folder : Path.GetFullPath(folder);
        var fit = new DataAndModelFit(place, files ?? DataFiles.Local);
        var command = new CommandFit(place, allowed ?? AllowedCommands.None);
        var spec = read(parts => [.. Availability.Problems(parts, pools), .. fit.Problems(parts), .. command.Problems(parts)]);
        return new PreparedExperiment(spec, fit.Source ?? command.Source!);
    }
}
