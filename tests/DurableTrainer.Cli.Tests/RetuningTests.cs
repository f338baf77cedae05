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

        using (var first = await StartAsync(here, address))
        {
            Assert.Equal("small-1", (await Dtrain.RunAsync("submit", here.Spec, "--server", url)).Output.Trim());
            Assert.Equal(0, (await Dtrain.RunAsync("watch", "small-1", "--server", url)).Status);
            first.Kill();
            await first.ToEndAsync();
        }

        using var server = await StartAsync(here, address);
        while (!(await Dtrain.RunAsync("list", "--server", url)).Output.Contains("small-2", StringComparison.Ordinal))
            await Task.Delay(200);
        var watched = await Dtrain.RunAsync("watch", "small-2", "--server", url);
        Assert.Contains("champion: ", watched.Output + watched.Error, StringComparison.Ordinal);
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
