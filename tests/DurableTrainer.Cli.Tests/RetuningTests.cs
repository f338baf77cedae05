using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace DurableTrainer.Cli.Tests;

/// <summary>A server that repeats an experiment, killed in the middle of it.</summary>
public class RetuningTests
{
    [Fact]
    public async Task A_server_repeats_what_is_due_on_the_data_as_it_is_and_shows_the_champion()
    {
        using var here = new Workspace();
        here.Write(spec =>
        {
            spec["budget"]!["trials"] = 2;
            spec["retune"] = new JsonObject { ["schedule"] = "* * * * * *" };
        });
        var address = FreeAddress();
        var url = "http://" + address;
        var first = await Dtrain.RunAsync("run", here.Spec, "--data", here.Data);
        Assert.True(first.Status == 0, first.Error);
        AddRows(here.DataFile);

        using (var killed = await StartAsync(here, address))
        {
            await UntilListedAsync("small-2", url);
            killed.Kill();
            await killed.ToEndAsync();
        }

        using var server = await StartAsync(here, address);
        var watched = await Dtrain.RunAsync("watch", "small-2", "--server", url);
        Assert.Matches("champion: (not )?promoted: test.accuracy 0.[0-9]+ against 0.[0-9]+ of small-1", watched.Output);
        Assert.NotEqual((string?)JsonNode.Parse(here.Read("small-1/data.json"))!["sha256"], (string?)JsonNode.Parse(here.Read("small-2/data.json"))!["sha256"]);
        Assert.Equal("small-1", (string?)JsonNode.Parse(here.Read("small-2/spec.json"))!["tuner"]!["transferFrom"]![0]);

        var overHttp = await Dtrain.RunAsync("champion", "small", "--json", "--server", url);
        Assert.Equal("small", (string?)JsonNode.Parse(overHttp.Output)!["name"]);
        var shown = await Dtrain.RunAsync("champion", "small", "--data", here.Data);
        Assert.Contains("small-1", shown.Output, StringComparison.Ordinal);
        Assert.Contains("against", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_without_a_champion_is_told_so()
    {
        using var here = new Workspace();
        Directory.CreateDirectory(here.Data);

        foreach (var name in (string[])["digits", "../digits"])
        {
            var shown = await Dtrain.RunAsync("champion", name, "--data", here.Data);

            Assert.Equal(2, shown.Status);
            Assert.Contains($"No model of the name '{name}' has been promoted", shown.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Asks again and again; each question takes a process of its own, so that there is no hurry in it.</summary>
    private static async Task UntilListedAsync(string id, string url)
    {
        var listed = "";
        for (var attempt = 0; attempt < 300 && !listed.Contains(id, StringComparison.Ordinal); attempt++)
            listed = (await Dtrain.RunAsync("list", "--server", url)).Output;
        Assert.Contains(id, listed, StringComparison.Ordinal);
    }

    /// <summary>The data of another day: some rows more.</summary>
    private static void AddRows(string file)
    {
        var rows = Gzip.Lines(File.ReadAllBytes(file));
        File.WriteAllBytes(file, Gzip.Compress(string.Join('\n', rows.Concat(rows[^200..]))));
    }

    private static async Task<Dtrain> StartAsync(Workspace here, string address)
    {
        var server = Dtrain.Start("serve", "--data", here.Data, "--data-root", here.Root, "--listen", address);
        await server.UntilAsync("Listening on");
        return server;
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
