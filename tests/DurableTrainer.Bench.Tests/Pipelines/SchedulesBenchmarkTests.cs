namespace DurableTrainer.Bench.Tests.Pipelines;

public class SchedulesBenchmarkTests
{
    [Fact]
    public async Task It_foretells_every_schedule_and_draws_the_pictures_that_the_docs_show()
    {
        var folder = Directory.CreateTempSubdirectory("pictures").FullName;
        try
        {
            var run = await BenchRun.OfAsync("schedules", "--units", "2", "--pictures", folder);

            Assert.Equal("", run.Status == 0 ? "" : run.Error);
            Assert.Equal(["gpipe", "1f1b", "interleaved", "zerobubble"], run.Lines.Select(line => (string)line["schedule"]!).Distinct());
            // (m + p − 1) times three passes.
            Assert.Equal([9, 15, 27, 51], run.Lines.Take(4).Select(line => (double)line["seconds"]!));
            var shown = Path.Combine(Root, "docs", "images");
            foreach (var picture in Directory.GetFiles(folder))
                Assert.Equal(await File.ReadAllTextAsync(Path.Combine(shown, Path.GetFileName(picture))), await File.ReadAllTextAsync(picture));
            Assert.Equal(
                Directory.GetFiles(folder).Select(Path.GetFileName).Order(), Directory.GetFiles(shown, "pipeline-*.svg").Select(Path.GetFileName).Order());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "DurableTrainer.sln")))
                folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }
}
