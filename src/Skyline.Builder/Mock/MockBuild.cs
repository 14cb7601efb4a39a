using System.Text;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>One `mock --rebuild` in a container of its own, followed by its logs, judged by its end.</summary>
sealed partial class MockBuild(DockerIsolation docker, string image, RunLog log, PhaseClock phases, TimeProvider time)
{
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(200);
    const int MostSaid = 4096, MostProblems = 12;

    readonly MockState state = new();
    readonly StringBuilder said = new();

    /// <exception cref="BuilderBrokeException">mock, its container or the chroot failed, not the build.</exception>
    public async Task<RpmbuildEnd> Run(MockFolder folder, LeasedRun lease, CancellationToken ct)
    {
        string[] command = ["mock", "--root", MockFolder.InContainer("mock.cfg"), "--resultdir", MockFolder.OutAt, "--rebuild", MockFolder.InContainer(lease.Srpm.FileName)];
        var (lines, output) = (new FollowedLines(folder.StateLog), new FollowedFile(folder.BuildLog));
        var logStart = log.Length;
        await using var build = await docker.Start(lease.RunId, security => MockContainer.Describe(image, folder, command, lease.Limits, security), lease.Limits, Say, ct);
        var watch = new LimitWatch(lease.Limits, log, time).Watch(build, folder.Out, ct);
        using var tick = new PeriodicTimer(look, time);
        while (!watch.IsCompleted)
        {
            Follow(lines, output);
            await Task.WhenAny(watch, tick.WaitForNextTickAsync(ct).AsTask());
        }
        var breach = await watch;
        Follow(lines, output);
        if (breach is not null) return Found(logStart).Blamed(breach.Sentence);
        return Judge(await build.Exit, folder, logStart);
    }

    void Follow(FollowedLines lines, FollowedFile output)
    {
        foreach (var line in lines.Next())
        {
            if (state.Read(line) is { } phase) phases.Enter(phase);
        }
        for (byte[] bytes; (bytes = output.Next()).Length > 0;) log.Append(bytes);
    }

    /// <summary>What mock says on its own output is in its logs too, unless it ends before it has any.</summary>
    void Say(ReadOnlySpan<byte> bytes)
    {
        lock (said)
        {
            said.Append(Encoding.UTF8.GetString(bytes));
            if (said.Length > MostSaid) said.Remove(0, said.Length - MostSaid);
        }
    }

    RpmbuildEnd Judge(int exit, MockFolder folder, long logStart)
    {
        var (fault, what) = MockEnd.Of(exit, state);
        switch (fault)
        {
            case MockFault.None:
                return new RpmbuildEnd.Built();
            case MockFault.Build:
                var found = Found(logStart);
                return found.Blamed($"{(found.Section is { } section ? $"{section} failed" : what)}{(found.Lines.Count > 0 ? $": {found.Lines[0]}" : ".")}");
            case MockFault.Requires:
                var problems = new FollowedLines(folder.RootLog).Next().Where(line => Problem().IsMatch(line)).Select(line => Prefix().Replace(line, "")).Distinct().Take(MostProblems).ToList();
                return new RpmbuildEnd.Failed(problems.Count > 0 ? $"{what}: {problems[0]}" : $"{what}.", problems);
            default:
                throw new BuilderBrokeException($"{what}. {Child.Tail(said.ToString())}".TrimEnd());
        }
    }

    FailingLines Found(long from) => FailingLines.Find(log.LinesFrom(from));

    /// <summary>As dnf and mock word it in root.log.</summary>
    [GeneratedRegex(@"No matching package to install|No match for argument|nothing provides |Problem( \d+)?: |is filtered out by|conflicting requests", RegexOptions.NonBacktracking)]
    private static partial Regex Problem();

    /// <summary>"DEBUG util.py:595:  " before each line.</summary>
    [GeneratedRegex(@"^[A-Z]+ \S+:\d+: +", RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();
}
