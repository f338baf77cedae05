using System.Text.Json.Nodes;
using DurableTrainer.Core.Spec;

namespace DurableTrainer.Core.Tests.Spec;

/// <summary>Changes a good file at one place and tells what the user is told.</summary>
internal static class Mistakes
{
    /// <summary>The file with the value at the pointer replaced or added; removed when <paramref name="json"/> is null.</summary>
    public static JsonNode Change(string file, string pointer, string? json)
    {
        var options = new System.Text.Json.JsonDocumentOptions { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true };
        return JsonNode.Parse(file, documentOptions: options)!.Also(pointer, json);
    }

    public static JsonNode Also(this JsonNode root, string pointer, string? json)
    {
        var names = pointer.Split('/')[1..];
        var node = root;
        foreach (var name in names[..^1])
            node = node is JsonArray list ? list[int.Parse(name)]! : node[name] ??= new JsonObject();
        if (node is JsonArray items)
            items[int.Parse(names[^1])] = JsonNode.Parse(json!);
        else if (json is null)
            node.AsObject().Remove(names[^1]);
        else
            node[names[^1]] = JsonNode.Parse(json);
        return root;
    }

    public static IReadOnlyList<SpecProblem> Of(JsonNode? file)
    {
        try
        {
            SpecReader.Read(file);
            return [];
        }
        catch (SpecException exception)
        {
            return exception.Problems;
        }
    }

    public static IReadOnlyList<SpecProblem> Of(string file)
    {
        try
        {
            SpecReader.Read(file);
            return [];
        }
        catch (SpecException exception)
        {
            return exception.Problems;
        }
    }
}
