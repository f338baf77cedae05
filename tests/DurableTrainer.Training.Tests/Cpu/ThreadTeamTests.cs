using DurableTrainer.Training.Cpu;

namespace DurableTrainer.Training.Tests.Cpu;

public class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_job_is_done_once_however_many_threads_share_them(int threads)
    {
        using var team = new ThreadTeam(threads);
        foreach (var count in new[] { 0, 1, 2, 3, 7, 1000 })
        {
            for (var round = 0; round < 50; round++)
            {
                var done = new int[count];
                team.Run(count, (job, worker) =>
                {
                    Assert.InRange(worker, 0, threads - 1);
                    Interlocked.Increment(ref done[job]);
                });
                Assert.All(done, times => Assert.Equal(1, times));
            }
        }
    }

    [Fact]
    public void What_a_job_throws_reaches_the_caller_and_the_team_works_on()
    {
        using var team = new ThreadTeam(3);

        Assert.Throws<InvalidOperationException>(() => team.Run(10, (job, _) =>
        {
            if (job == 7)
                throw new InvalidOperationException();
        }));

        var sum = 0;
        team.Run(100, (job, _) => Interlocked.Add(ref sum, job));
        Assert.Equal(4950, sum);
    }

    [Fact]
    public void Little_work_stays_with_the_caller()
    {
        using var team = new ThreadTeam(4);
        var caller = Environment.CurrentManagedThreadId;

        team.Run(
            100,
            (_, worker) =>
            {
                Assert.Equal(0, worker);
                Assert.Equal(caller, Environment.CurrentManagedThreadId);
            },
            workPerJob: 1);
    }

    [Fact]
    public void Jobs_that_wait_for_each_other_are_done_at_the_same_time()
    {
        using var team = new ThreadTeam(3);
        using var everybody = new Barrier(3);
        for (var round = 0; round < 200; round++)
            team.Run(3, (_, _) => Assert.True(everybody.SignalAndWait(TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public void Several_teams_with_more_threads_than_cores_all_get_their_work_done()
    {
        var sums = new int[4];
        Thread[] callers = [.. Enumerable.Range(0, sums.Length).Select(number => new Thread(() =>
        {
            using var team = new ThreadTeam(Environment.ProcessorCount + 1);
            for (var round = 0; round < 300; round++)
                team.Run(7, (job, _) => Interlocked.Add(ref sums[number], job));
        }))];
        foreach (var caller in callers)
            caller.Start();
        foreach (var caller in callers)
            caller.Join();

        Assert.All(sums, sum => Assert.Equal(300 * 21, sum));
    }
}
