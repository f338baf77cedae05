using System.Text.Json;

namespace DurableTrainer.House.Tests.Azure;

/// <summary>Holds infra/, azure.yaml, host.json, the local settings and docs/azure.md against each other.</summary>
public class AzureFilesTests
{
    private static readonly string Root = FindRoot();

    private static Dictionary<string, BicepFile> Infra => Directory
        .EnumerateFiles(Path.Combine(Root, "infra"), "*.bicep", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(Path.Combine(Root, "infra"), path).Replace('\\', '/'), path => new BicepFile(File.ReadAllText(path)));

    [Fact]
    public void Everything_that_Bicep_declares_is_used() =>
        Assert.Empty(InfraRules.Breaches(Infra, "main.bicep", Read("azure.yaml"), Read("docs/azure.md")));

    [Fact]
    public void Every_parameter_file_entry_is_a_parameter()
    {
        var known = Infra["main.bicep"].Parameters.Select(parameter => parameter.Name);
        using var document = JsonDocument.Parse(Read("infra/main.parameters.json"));

        Assert.Empty(document.RootElement.GetProperty("parameters").EnumerateObject().Select(entry => entry.Name).Except(known));
    }

    [Fact]
    public void Services_projects_and_tags_agree() =>
        Assert.Empty(ServiceRules.Breaches(
            Read("azure.yaml"),
            [.. Infra.Values.SelectMany(file => file.Services)],
            project => Directory.EnumerateFiles(Path.Combine(Root, project), "*.csproj").Any()));

    [Fact]
    public void Settings_have_the_same_names_everywhere() =>
        Assert.Empty(SettingRules.Breaches(
            [.. Infra.Values.SelectMany(file => file.Settings).Distinct()],
            Read("host.json"),
            Read("local.settings.json.example"),
            Read("docs/azure.md"),
            Code("DurableTrainer.Functions") + Code("DurableTrainer.GpuWorker")));

    [Fact]
    public void The_worker_s_image_is_built_where_azd_looks_for_it() =>
        Assert.Contains("src/DurableTrainer.GpuWorker", Read("src/DurableTrainer.GpuWorker/Dockerfile"), StringComparison.Ordinal);

    [Fact]
    public void Bicep_is_really_read()
    {
        Assert.Equal(7, Infra["main.bicep"].Modules.Count);
        Assert.Contains("TASKHUB_NAME", Infra["modules/functions.bicep"].Settings);
        Assert.Contains("DurableTrainer__Pool", Infra["modules/worker.bicep"].Settings);
        Assert.Contains(new("workerImage", HasDefault: true), Infra["main.bicep"].Parameters);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Code(string project) => string.Concat(
        Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No folder above the tests holds DurableTrainer.sln.");
        return folder.FullName;
    }
}
