using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Locks;
using Skyline.Server.Traces;

namespace Skyline.Server.Tests.Traces;

/// <summary>A build's way as a collector sees it, by the real protocol.</summary>
public sealed class TraceTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_build_is_one_trace_from_its_submission_to_its_publication()
    {
        await using var collector = await OtlpReceiver.Open();
        var site = await Site.Open(null, null, $"--Skyline:TracesTo={collector.Address}");
        var build = (await site.Submit("traced")).Id;
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();
        await site.LocalBuilder.Beat(run.RunId, RunPhase.Rpmbuild, Ct);
        await builder.Deliver(run, LockSite.Results("traced"));
        await site.Until(build, now => now.State == BuildState.Complete);
        // What is not sent yet is sent when the server stops.
        await site.DisposeAsync();

        // (Another test's build may be told to this collector too: one process has one source of spans.)
        var root = Assert.Single(collector.Spans, span => span.Name == "submit" && span.Tags["skyline.nvr"] == "traced-2.12-1.pp1");
        var trace = collector.Spans.Where(span => span.Trace == root.Trace).ToList();
        string ParentOf(string name) => trace.Single(span => span.Id == trace.Single(one => one.Name == name).Parent).Name;
        Assert.Equal("", root.Parent);
        Assert.Equal(["judge", "lease", "publish", "queue", "rpmbuild", "run", "sign", "submit"], trace.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("submit", "submit", "lease", "run", "submit", "submit", "submit"), (ParentOf("queue"), ParentOf("lease"), ParentOf("run"), ParentOf("rpmbuild"), ParentOf("judge"), ParentOf("sign"), ParentOf("publish")));
        Assert.All(trace, span => Assert.True(span.From > 0 && span.To >= span.From && span.From >= root.From));
        // The builder was handed what its run is part of.
        Assert.Equal($"00-{root.Trace}-{trace.Single(span => span.Name == "lease").Id}-01", run.Trace);
        Assert.Equal(("local", "succeeded"), (trace.Single(span => span.Name == "run").Tags["skyline.builder"], trace.Single(span => span.Name == "run").Tags["skyline.outcome"]));
    }

    [Fact]
    public void Phases_are_laid_where_heartbeats_saw_them_begin_and_never_leave_the_run()
    {
        PhaseTiming[] phases = [new(RunPhase.Upload, 1), new(RunPhase.Fetch, 0.5), new(RunPhase.Rpmbuild, 100)];

        var laid = TraceRun.Laid(phases, "Rpmbuild 5000 Rpmbuild 9000 Upload x", 1000, 20_000).ToList();

        Assert.Equal([("fetch", 1000L, 1500L), ("rpmbuild", 5000L, 20_000L), ("upload", 20_000L, 20_000L)], laid);
    }
}
