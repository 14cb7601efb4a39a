using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>One `mock --rebuild` or `mock --buildsrpm` in a container of its own, followed by its logs, judged by its end.</summary>
sealed class MockBuild(MockEngine mock, RunLog log, PhaseClock phases, TimeProvider time)
{
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(200);

    readonly MockState state = new();
    /// <summary>What mock says on its own output is in its logs too, unless it ends before it has any.</summary>
    readonly LastWords said = new();

    /// <param name="source">The source package's name in what the container is given.</param>
    /// <exception cref="BuilderBrokeException">mock, its container or the chroot failed, not the build.</exception>
    public Task<RpmbuildEnd> Rebuild(MockFolder folder, string source, LeasedRun lease, CancellationToken ct) =>
        Run(folder, [.. lease.Options is { NoCheck: true } ? ["--nocheck"] : Array.Empty<string>(), "--rebuild", MockFolder.InContainer(source)], lease, ct);

    /// <summary>Makes a source package, of a spec and the folder of sources.</summary>
    /// <exception cref="BuilderBrokeException">mock, its container or the chroot failed, not the spec.</exception>
    public Task<RpmbuildEnd> MakeSource(MockFolder folder, string spec, LeasedRun lease, CancellationToken ct) =>
        Run(folder, ["--buildsrpm", "--spec", MockFolder.InContainer(spec), "--sources", MockFolder.SourcesInContainer], lease, ct);

    async Task<RpmbuildEnd> Run(MockFolder folder, IReadOnlyList<string> act, LeasedRun lease, CancellationToken ct)
    {
        string[] command = ["mock", "--root", MockFolder.InContainer("mock.cfg"), "--resultdir", MockFolder.OutAt, .. act];
        var logs = new Logs(new(folder.StateLog), new(folder.RootLog), new(folder.BuildLog));
        var logStart = log.Length;
        await using var build = await mock.Docker.Start(lease.RunId, security => MockContainer.Describe(mock.ImageId, folder.Mounts, command, lease.Limits, security), lease.Limits, said.Hear, ct);
        var watch = new LimitWatch(lease.Limits, log, time).Watch(build, folder.BuildDir, ct);
        using var tick = new PeriodicTimer(look, time);
        while (!watch.IsCompleted)
        {
            Follow(logs);
            await Task.WhenAny(watch, tick.WaitForNextTickAsync(ct).AsTask());
        }
        var breach = await watch;
        Follow(logs);
        if (breach is null) return Judge(await build.Exit, folder, logStart);
        // Before the build has a say, what goes over a limit is mock or the package manager.
        return state.HasSetUpBuild ? Found(logStart).Blamed(breach.Sentence) : throw new BuilderBrokeException($"mock went over a limit before it came to the build. {breach.Sentence}");
    }

    void Follow(Logs logs)
    {
        foreach (var line in logs.State.Next())
        {
            if (state.Read(line) is { } phase) phases.Enter(phase);
        }
        // What the package manager does is in another log than the build's, and a root takes what it takes.
        var stirs = !state.HasSetUpBuild;
        while (logs.Root.Next().Length > 0) stirs |= !state.HasBegunRpmbuild;
        if (stirs) log.Stir();
        for (byte[] bytes; (bytes = logs.Build.Next()).Length > 0;) log.Append(bytes);
    }

    sealed record Logs(FollowedLines State, FollowedFile Root, FollowedFile Build);

    RpmbuildEnd Judge(int exit, MockFolder folder, long logStart)
    {
        var (fault, what) = MockEnd.Of(exit, state, MockLog.LastReturn(folder.BuildLog));
        switch (fault)
        {
            case MockFault.None:
                return new RpmbuildEnd.Built();
            case MockFault.Build:
                var found = Found(logStart);
                return found.Blamed($"{(state.HasBegunRpmbuild && found.Section is { } section ? $"{section} failed" : what)}{(found.Lines.Count > 0 ? $": {found.Lines[0]}" : ".")}");
            case MockFault.Requires when MockLog.Wanted(folder.RootLog) is { Count: > 0 } wanted:
                return new RpmbuildEnd.Wants(wanted);
            case MockFault.Requires:
                // All that was asked for is there, for our solver put it together.
                throw new BuilderBrokeException($"mock could not install what was resolved for it: {string.Join("; ", MockLog.Problems(folder.RootLog).DefaultIfEmpty(Child.Tail(said.ToString())))}");
            default:
                throw new BuilderBrokeException($"{what}. {Child.Tail(said.ToString())}".TrimEnd());
        }
    }

    FailingLines Found(long from) => FailingLines.Find(log.LinesFrom(from));
}
