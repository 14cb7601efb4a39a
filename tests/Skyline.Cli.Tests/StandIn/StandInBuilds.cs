using Skyline.Protocol;

namespace Skyline.Cli.Tests.StandIn;

/// <summary>The stand-in's builds, and who waits for them.</summary>
sealed class StandInBuilds
{
    readonly Lock gate = new();
    readonly Dictionary<long, BuildDetails> builds = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource parked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<long, long> waiters = [];
    long next = 17;

    /// <summary>What a new build looks like, where a test wants other than waiting.</summary>
    public Func<BuildDetails, BuildDetails> OnAdd { get; set; } = build => build;

    public BuildDetails Add(string nvr, string target = "testos", bool scratch = false)
    {
        lock (gate)
        {
            var id = next++;
            return builds[id] = OnAdd(Samples.Build(id, nvr) with { Target = target, Scratch = scratch });
        }
    }

    public BuildDetails? Find(long id)
    {
        lock (gate) return builds.GetValueOrDefault(id);
    }

    public void Change(long id, Func<BuildDetails, BuildDetails> change)
    {
        lock (gate)
        {
            builds[id] = change(builds[id]) with { Revision = builds[id].Revision + 1 };
            waiters.Remove(id);
            Pulse(ref changed);
        }
    }

    /// <summary>Ends when somebody waits for a change after the newest one: then all before has been seen.</summary>
    public async Task SomebodyWaitsFor(long id)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (builds.TryGetValue(id, out var build) && waiters.TryGetValue(id, out var since) && since == build.Revision) return;
                next = parked.Task;
            }
            await next.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    public async Task<BuildDetails> Past(long id, long since, CancellationToken ct)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (builds[id].Revision > since) return builds[id];
                waiters[id] = since;
                Pulse(ref parked);
                next = changed.Task;
            }
            await next.WaitAsync(ct);
        }
    }

    public BuildPage Page(long before, int limit, IReadOnlyList<BuildState> states)
    {
        lock (gate)
        {
            var page = builds.Values.Where(build => build.Id < before && (states.Count == 0 || states.Contains(build.State))).OrderByDescending(build => build.Id).Take(limit + 1).Select(Samples.Summary).ToList();
            return new BuildPage([.. page.Take(limit)], page.Count > limit ? page[limit - 1].Id : null);
        }
    }

    static void Pulse(ref TaskCompletionSource source)
    {
        var old = source;
        source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        old.SetResult();
    }
}
