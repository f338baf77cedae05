using System.Xml.Linq;

namespace DurableTrainer.House.Tests;

/// <summary>Holds the project references against the plan of the house: every arrow points down.</summary>
public class ProjectArrowsTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Durable"] = [],
        ["Tuning"] = ["Core"],
        ["Training"] = ["Core"],
        ["Storage"] = ["Core"],
        ["Engine"] = ["Durable"],
        ["DurableTask"] = ["Durable"],
        ["Torch"] = ["Training"],
        ["Workers"] = ["Training", "Storage"],
        ["Experiments"] = ["Durable", "Tuning", "Workers"],
        ["Api"] = ["Experiments"],
        ["Cli"] = ["Api", "Engine", "Workers"],
        ["Functions"] = ["Api", "DurableTask"],
        ["GpuWorker"] = ["Experiments", "Workers", "Torch", "DurableTask"],
    };

    /// <summary>Projects that only the configuration Cloud builds, since not every feed carries their packages.</summary>
    private static readonly string[] Cloud = ["DurableTask", "Torch", "Functions", "GpuWorker"];

    /// <summary>Projects that stand in for a package which not every feed carries: no part of the plan, and of no code of ours.</summary>
    private static readonly Dictionary<string, string[]> StandIns = new() { ["Storage"] = ["System.IO.Hashing"] };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_reference_of_a_project_is_an_arrow_of_the_design(string project)
    {
        var stray = References(Path.Combine(Root, "src", Full(project), Full(project) + ".csproj"), "ProjectReference")
            .Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))
            .Except(Allowed[project].Select(Full))
            .Except(StandIns.GetValueOrDefault(project, []));

        Assert.Empty(stray);
    }

    [Fact]
    public void Every_project_under_src_stands_in_the_plan()
    {
        var found = Directory.GetDirectories(Path.Combine(Root, "src")).Select(Path.GetFileName).Order();

        Assert.Equal(Allowed.Keys.Select(Full).Order(), found);
    }

    [Fact]
    public void Every_project_under_src_has_its_tests()
    {
        var missing = Allowed.Keys.Where(p => !File.Exists(Path.Combine(Root, "tests", Full(p) + ".Tests", Full(p) + ".Tests.csproj")));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_bench_has_its_tests_and_stands_on_what_is_under_src()
    {
        foreach (var name in Directory.GetDirectories(Path.Combine(Root, "bench")).Select(Path.GetFileName))
        {
            Assert.True(File.Exists(Path.Combine(Root, "tests", name + ".Tests", name + ".Tests.csproj")), $"{name} has no tests.");
            var references = References(Path.Combine(Root, "bench", name!, name + ".csproj"), "ProjectReference");
            Assert.All(references, path => Assert.StartsWith("../../src/", path, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Core_needs_no_package() =>
        Assert.Empty(References(Path.Combine(Root, "src", Full("Core"), Full("Core") + ".csproj"), "PackageReference"));

    [Fact]
    public void Cloud_projects_are_built_and_need_packages_in_their_own_configuration_only()
    {
        var solution = File.ReadAllLines(Path.Combine(Root, "DurableTrainer.sln"));
        foreach (var project in Cloud.Select(Full).SelectMany(name => new[] { $"src/{name}/{name}.csproj", $"tests/{name}.Tests/{name}.Tests.csproj" }))
        {
            var references = XDocument.Load(Path.Combine(Root, project)).Descendants("PackageReference");
            Assert.All(references, reference => Assert.StartsWith("'$(CloudBuild)' == 'true'", reference.Parent!.Attribute("Condition")?.Value, StringComparison.Ordinal));

            var declaration = solution.Single(line => line.Replace('\\', '/').Contains($"\"{project}\"", StringComparison.Ordinal));
            var id = declaration[declaration.LastIndexOf('{')..(declaration.LastIndexOf('}') + 1)];
            var built = solution.Where(line => line.Contains(id, StringComparison.Ordinal) && line.Contains(".Build.0", StringComparison.Ordinal));
            Assert.Equal($"{id}.Cloud|Any CPU.Build.0 = Cloud|Any CPU", Assert.Single(built).Trim());
        }
    }

    [Fact]
    public void Versions_stand_only_in_the_central_file()
    {
        // What builds leave in obj is not ours.
        var pinned = Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => XDocument.Load(file).Descendants("PackageReference").Any(p => p.Attribute("Version") is not null));

        Assert.Empty(pinned);
    }

    private static string Root { get; } = FindRoot();

    private static string Full(string project) => "DurableTrainer." + project;

    private static IEnumerable<string> References(string file, string kind) =>
        XDocument.Load(file).Descendants(kind).Select(e => e.Attribute("Include")!.Value);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "DurableTrainer.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside a checkout.");
        return folder.FullName;
    }
}
