namespace DurableTrainer.House.Tests.Azure;

/// <summary>Feeds the rules files that break them.</summary>
public class AzureRulesTests
{
    private const string Local = """{ "Values": { "HUB": "h" } }""";
    private const string Docs = "## Settings\n\n| name | |\n| --- | --- |\n| `HUB` | x |\n\n## More\n\n| `OTHER` | no setting |\n";
    private const string Yaml = "services:\n  api:\n    project: src/Api\n";

    private const string Main = """
        param size int
        module disk 'disk.bicep' = {
          params: { size: size, tags: { a: 'b' } }
        }
        output NAME string = disk.outputs.id
        """;

    private const string Disk = """
        param size int
        param tags object = {}
        resource disk 'x@1' = { name: 'd${size}', tags: tags }
        output id string = disk.id
        """;

    [Fact]
    public void Files_that_fit_have_no_breach() => Assert.Empty(Infra(Main, Disk));

    [Fact]
    public void An_unused_parameter_is_told() =>
        Assert.Equal(["disk.bicep: the parameter extra is not used"], Infra(Main, "param extra string = ''\n" + Disk));

    [Fact]
    public void A_key_a_comment_and_an_output_of_the_same_name_are_no_use() =>
        Assert.Equal(["disk.bicep: the parameter name is not used"], Infra(Main + "\nvar read = disk.outputs.name", "// name\nparam name string = ''\noutput name string = ''\n" + Disk));

    [Fact]
    public void A_parameter_that_is_not_given_is_told() =>
        Assert.Equal(["disk.bicep: size is not given"], Infra(Main.Replace("params: { size: size, ", "scope: size\n  params: { ", StringComparison.Ordinal), Disk));

    [Fact]
    public void An_argument_that_is_no_parameter_is_told() =>
        Assert.Equal(["disk.bicep: sizes is no parameter of it"], Infra(Main.Replace("tags:", "sizes: 1, tags:", StringComparison.Ordinal), Disk));

    [Fact]
    public void An_output_of_a_module_that_nobody_reads_is_told() =>
        Assert.Equal(["disk.bicep: nobody reads the output url"], Infra(Main, Disk + "\noutput url string = ''"));

    [Fact]
    public void An_output_of_the_main_file_that_nobody_reads_is_told() =>
        Assert.Equal(["main.bicep: nobody reads the output ZONE"], Infra(Main + "\noutput ZONE string = ''", Disk));

    [Fact]
    public void A_module_that_does_not_exist_and_a_file_that_nobody_calls_are_told() =>
        Assert.Equal(["disc.bicep does not exist", "disk.bicep is called by nobody"], Infra(Main.Replace("'disk.bicep'", "'disc.bicep'", StringComparison.Ordinal), Disk));

    [Fact]
    public void A_brace_that_is_never_closed_is_told() =>
        Assert.Contains("never closed", Assert.Throws<FormatException>(() => new BicepFile("module a 'b' = {").Modules).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("HUB,KEY", "%HUB%", Docs, "KEY is not in the table of settings")]
    [InlineData("HUB", "%HUB%", Docs, null)]
    [InlineData("HUB", "%HUB%", "## Settings\n| `HUB` | |\n| `OLD` | |", "OLD is in the table of settings, and nobody sets it")]
    [InlineData("", "%HUB%", Docs, "host.json names HUB, which the Functions app is not given")]
    [InlineData("HUB,DISK__name", """ "connectionName": "DISK" """, "## Settings\n| `HUB` | |\n| `DISK__name` | |", "host.json names DISK, which the local settings lack")]
    public void Names_of_settings_that_do_not_agree_are_told(string cloud, string host, string docs, string? breach) =>
        Assert.Equal(breach is null ? [] : [breach], SettingRules.Breaches(cloud.Split(',', StringSplitOptions.RemoveEmptyEntries), host, Local, docs, code: ""));

    [Theory]
    [InlineData("""const string X = "DurableTrainer:Pool";""", null)]
    [InlineData("", "DurableTrainer__Pool is set, and no code reads it")]
    [InlineData("""const string X = "DurableTrainer:Pool"; const string Y = "TASK_HUB";""", "code reads TASK_HUB, which nobody sets")]
    public void Names_of_settings_that_code_does_not_agree_with_are_told(string code, string? breach) =>
        Assert.Equal(breach is null ? [] : [breach], SettingRules.Breaches(["HUB", "DurableTrainer__Pool"], "", """{ "Values": {} }""", "## Settings\n| `HUB` | |\n| `DurableTrainer__Pool` | |", code));

    [Theory]
    [InlineData("api", true, null)]
    [InlineData("api", false, "api: src/Api is no project")]
    [InlineData("", true, "no resource has the tag of the service api")]
    [InlineData("api,web", true, "a resource has the tag web, and azure.yaml has no such service")]
    public void Services_that_do_not_agree_are_told(string tags, bool isProject, string? breach) =>
        Assert.Equal(breach is null ? [] : [breach], ServiceRules.Breaches(Yaml, tags.Split(',', StringSplitOptions.RemoveEmptyEntries), _ => isProject));

    private static IEnumerable<string> Infra(string main, string disk) =>
        InfraRules.Breaches(new Dictionary<string, BicepFile> { ["main.bicep"] = new(main), ["disk.bicep"] = new(disk) }, "main.bicep", "reads NAME");
}
