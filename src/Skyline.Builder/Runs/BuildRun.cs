using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>What a builder builds with.</summary>
/// <param name="Mock">Null where there is no image with mock.</param>
sealed record Workshop(Resolver Resolver, KeptBuildroots Buildroots, IIsolation Isolation, MockEngine? Mock, TimeProvider Time)
{
    public IReadOnlyList<string> Engines => Mock is null ? ["overlay"] : ["overlay", "mock"];
}

/// <summary>One leased run, from its source package to its report.</summary>
sealed class BuildRun(LeasedRun lease, RunFolder folder, RunLog log, PhaseClock phases, RunCalls calls, Workshop shop)
{
    /// <summary>A spec may find new BuildRequires with every buildroot it is given; one that goes on so for ever is ended.</summary>
    const int MaxRounds = 10;
    IReadOnlyList<LockedPackage> locked = [];

    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public async Task<RunReport> Run(CancellationToken ct)
    {
        try
        {
            await Fetch(ct);
            var requires = await ReadRequires(ct);
            for (var round = 1; round <= MaxRounds; round++)
            {
                var resolution = await Resolve(requires, ct);
                if (resolution is not Resolution.Resolved resolved) return Failed(((Resolution.Unmet)resolution).Sentences);
                if (lease.Buildroot.Engine == "mock") return await ByMock(resolved, ct);
                await using var root = await Buildroot(resolved, ct);
                switch (await Rpmbuild(root, requires, ct))
                {
                    case RpmbuildEnd.Built: return await Upload(await CollectResults.From(folder.Work, lease.Limits.DiskBytes, ct), ct);
                    case RpmbuildEnd.Failed failed: return Ended(RunOutcome.Failed, failed.Why, failed.Lines) with { FailingPlaces = failed.Places };
                    case RpmbuildEnd.Wants other: requires = Wanted(other.Requires); break;
                }
            }
            return Failed([$"The package's BuildRequires did not settle in {MaxRounds} rounds: with each buildroot its spec asks for others."]);
        }
        catch (BadRpmException e)
        {
            return Failed([e.Message]);
        }
        catch (Exception e) when (e is BuilderBrokeException or IOException or UnauthorizedAccessException)
        {
            log.Say($"the builder broke: {e.Message}");
            return Ended(RunOutcome.Lost, e.Message, []);
        }
    }

    async Task Fetch(CancellationToken ct)
    {
        phases.Enter(RunPhase.Fetch);
        if (folder.FreeBytes < lease.Srpm.Size) throw new BuilderBrokeException($"The builder's disk has no room for {lease.Srpm.FileName} ({lease.Srpm.Size} bytes).");
        await FetchSrpm.To(folder.Srpm, lease, calls, ct);
        log.Say($"run {lease.RunId}: {lease.Nvr} for {lease.Arch}, chroot {lease.Buildroot.Chroot}, isolated by {shop.Isolation.Name}");
    }

    async Task<IReadOnlyList<string>> ReadRequires(CancellationToken ct)
    {
        await using var file = File.OpenRead(folder.Srpm);
        var source = await RpmPackage.Read(file, ct);
        if (!source.IsSource) throw new BadRpmException($"{lease.Srpm.FileName} is a binary package; a build starts from a source package (*.src.rpm).");
        return source.Requires;
    }

    async Task<Resolution> Resolve(IReadOnlyList<string> requires, CancellationToken ct)
    {
        phases.Enter(RunPhase.Resolve);
        return await shop.Resolver.Resolve(lease.Buildroot, requires, ct);
    }

    /// <summary>mock makes its own root, and asks the spec for BuildRequires by itself; it can install what was resolved and no other.</summary>
    async Task<RunReport> ByMock(Resolution.Resolved resolved, CancellationToken ct)
    {
        if (shop.Mock is not { } mock) throw new BuilderBrokeException($"Chroot {lease.Buildroot.Chroot} is mock's, and this builder has no mock (--mock-image).");
        phases.Enter(RunPhase.Buildroot);
        locked = resolved.Lock;
        var files = await mock.Prepare(folder, lease, resolved, ct);
        log.Say($"mock, from {locked.Count} packages, in image {mock.Image}");
        var end = await new MockBuild(mock.Docker, mock.Image, log, phases, shop.Time).Run(files, lease, ct);
        phases.Enter(RunPhase.Upload);
        return end is RpmbuildEnd.Failed failed ? Ended(RunOutcome.Failed, failed.Why, failed.Lines) with { FailingPlaces = failed.Places } : await Upload(await CollectResults.FromMock(files.Out, lease.Limits.DiskBytes, ct), ct);
    }

    async Task<HeldBuildroot> Buildroot(Resolution.Resolved resolved, CancellationToken ct)
    {
        phases.Enter(RunPhase.Buildroot);
        locked = resolved.Lock;
        var root = await shop.Buildroots.Get(lease.Buildroot, resolved, ct);
        log.Say($"buildroot {root.Key}, {locked.Count} packages");
        return root;
    }

    async Task<RpmbuildEnd> Rpmbuild(HeldBuildroot root, IReadOnlyList<string> requires, CancellationToken ct)
    {
        phases.Enter(RunPhase.Rpmbuild);
        var rpmbuild = new Rpmbuild(shop.Isolation, log, shop.Time);
        var end = await rpmbuild.Run(folder, lease, root, requires, ct);
        phases.Enter(RunPhase.Upload);
        if (end is RpmbuildEnd.Built or RpmbuildEnd.Wants) phases.Move(rpmbuild.Took.Whole - (end is RpmbuildEnd.Built ? rpmbuild.Took.Binary : TimeSpan.Zero), RunPhase.Rpmbuild, RunPhase.Buildroot);
        return end;
    }

    IReadOnlyList<string> Wanted(IReadOnlyList<string> requires)
    {
        log.Say($"the spec, read in this chroot, wants other packages than its source package said: {string.Join(", ", requires)}");
        return requires;
    }

    async Task<RunReport> Upload((IReadOnlyList<BuiltFile> Files, string? Why) collected, CancellationToken ct)
    {
        if (collected.Why is { } why) return Failed([why]);
        try
        {
            var stored = await UploadResults.All(collected.Files, calls, ct);
            log.Say($"{stored.Count} packages handed over");
            return Ended(RunOutcome.Succeeded, null, []) with { Files = stored };
        }
        catch (RefusedException e)
        {
            return Failed([$"The server refused a result: {e.Message}"]);
        }
    }

    RunReport Failed(IReadOnlyList<string> sentences)
    {
        foreach (var sentence in sentences) log.Say(sentence);
        return Ended(RunOutcome.Failed, sentences[0], sentences);
    }

    RunReport Ended(RunOutcome outcome, string? why, IReadOnlyList<string> lines)
    {
        phases.Enter(RunPhase.Done);
        return new(outcome, why, lines, [], phases.Timings, locked);
    }
}
