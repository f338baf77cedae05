namespace DurableTrainer.House.Tests.Azure;

/// <summary>What must hold between Bicep files. Each rule answers with a sentence for each breach.</summary>
internal static class InfraRules
{
    /// <param name="files">By the path from the folder of main.bicep.</param>
    /// <param name="main">The path of the file that calls the others.</param>
    /// <param name="readers">Texts in which outputs of the main file are read.</param>
    public static IEnumerable<string> Breaches(IReadOnlyDictionary<string, BicepFile> files, string main, params string[] readers)
    {
        var root = files[main];
        return files.SelectMany(file => Unused(file.Key, file.Value))
            .Concat(root.Modules.SelectMany(module => Calls(root, module, files)))
            .Concat(files.Keys.Except(root.Modules.Select(module => module.Path)).Where(path => path != main).Select(path => $"{path} is called by nobody"))
            .Concat(root.Outputs.Where(output => !readers.Any(text => text.Contains(output, StringComparison.Ordinal))).Select(output => $"{main}: nobody reads the output {output}"));
    }

    private static IEnumerable<string> Unused(string path, BicepFile file) =>
        file.Parameters.Where(parameter => !file.Uses(parameter.Name)).Select(parameter => $"{path}: the parameter {parameter.Name} is not used");

    private static IEnumerable<string> Calls(BicepFile root, BicepModule module, IReadOnlyDictionary<string, BicepFile> files)
    {
        if (!files.TryGetValue(module.Path, out var called))
            return [$"{module.Path} does not exist"];

        var known = called.Parameters.Select(parameter => parameter.Name);
        var needed = called.Parameters.Where(parameter => !parameter.HasDefault).Select(parameter => parameter.Name);
        return needed.Except(module.Arguments).Select(name => $"{module.Path}: {name} is not given")
            .Concat(module.Arguments.Except(known).Select(name => $"{module.Path}: {name} is no parameter of it"))
            .Concat(called.Outputs.Where(output => !root.Reads(module.Name, output)).Select(output => $"{module.Path}: nobody reads the output {output}"));
    }
}
