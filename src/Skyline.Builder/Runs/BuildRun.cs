using System.Diagnostics;
using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>One leased run, from its source package to its report.</summary>
sealed class BuildRun(LeasedRun lease, RunFolder folder, RunLog log, PhaseClock phases, RunCalls calls, Workshop shop)
{
    /// <summary>A spec may find new BuildRequires with every buildroot it is given; one that goes on so for ever is ended.</summary>
    const int MaxRounds = 10;
    readonly RunEnding ending = new(log, phases);

    IIsolation Isolation => shop.IsolationOf(lease.Buildroot) ?? throw new BuilderBrokeException($"Chroot {lease.Buildroot.Chroot} asks for isolation by {lease.Buildroot.Isolation}, which this builder has not (--vm).");

    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public async Task<RunReport> Run(CancellationToken ct)
    {
        try
        {
            await Fetch(ct);
            var requires = await ReadRequires(ct);
            if (await new RaiseSpec(lease, log).Of(folder, ct) is { } whyNot) return ending.Failed([whyNot]);
            if (lease.Lock is { } given) return await FromLock(given, requires, ct);
            IReadOnlyList<string> before = [];
            for (var round = 1; round <= MaxRounds; round++)
            {
                var resolution = await Resolve(requires, ct);
                // What the source package says may be another distribution's word, or other options'. The spec, read here, has the last one.
                if (resolution is Resolution.Unmet && round == 1 && !IsMocksWhole) resolution = await Resolve(requires = [], ct);
                if (resolution is not Resolution.Resolved resolved) return ending.Failed(((Resolution.Unmet)resolution).Sentences);
                switch (IsMocksWhole ? await ByMock(resolved, requires, ct) : await InChamber(resolved, requires, before, ct))
                {
                    case RpmbuildEnd.Built: return await Upload(await Collected(ct), ct);
                    case RpmbuildEnd.Failed failed: return ending.Ended(failed);
                    case RpmbuildEnd.Wants other: requires = before = [.. before.Union(Wanted(other.Requires))]; break;
                    default: throw new UnreachableException();
                }
            }
            return ending.Failed([$"The package's BuildRequires did not settle in {MaxRounds} rounds: with each buildroot its spec asks for more."]);
        }
        catch (BadRpmException e)
        {
            return ending.Failed([e.Message]);
        }
        catch (Exception e) when (e is BuilderBrokeException or IOException or UnauthorizedAccessException)
        {
            log.Say($"the builder broke: {e.Message}");
            return ending.Ended(RunOutcome.Lost, e.Message, []);
        }
    }

    /// <summary>Exactly as then, or not at all: nothing is resolved, and what the lock lacks is no fault of the package.</summary>
    async Task<RunReport> FromLock(IReadOnlyList<LockedPackage> given, IReadOnlyList<string> requires, CancellationToken ct)
    {
        phases.Enter(RunPhase.Resolve);
        var resolved = LockedRoot.Of(given);
        ending.Lock = given;
        if (IsMocksWhole || !shop.Buildroots.Has(lease.Buildroot, resolved)) await new LockedRoot(shop.Store, calls, lease.Limits).Fetch(resolved, ct);
        return await (IsMocksWhole ? ByMock(resolved, requires, ct) : InChamber(resolved, null, [], ct)) switch
        {
            RpmbuildEnd.Built => await Upload(await Collected(ct), ct),
            RpmbuildEnd.Failed failed => ending.Ended(failed),
            RpmbuildEnd.Lacks lacks => throw Lacking(lacks.Requires),
            RpmbuildEnd.Wants wants => throw Lacking(wants.Requires),
            _ => throw new UnreachableException(),
        };

        static BuilderBrokeException Lacking(IReadOnlyList<string> wanted) =>
            new($"The spec, read in this chroot, wants what the lock does not have: {string.Join(", ", wanted)}. Built from a lock, nothing else is resolved.");
    }

    Task<(IReadOnlyList<BuiltFile> Files, string? Why)> Collected(CancellationToken ct) =>
        IsMocksWhole ? CollectResults.FromMock(folder.Work, lease.Limits.DiskBytes, ct) : CollectResults.From(folder.Work, lease.Limits.DiskBytes, ct);

    async Task Fetch(CancellationToken ct)
    {
        phases.Enter(RunPhase.Fetch);
        if (folder.FreeBytes < lease.Srpm.Size) throw new BuilderBrokeException($"The builder's disk has no room for {lease.Srpm.FileName} ({lease.Srpm.Size} bytes).");
        await FetchSrpm.To(folder.Srpm, lease, calls, ct);
        if (lease.Trace?.Split('-') is [_, var trace, ..]) log.Say($"trace {trace}");
        log.Say($"run {lease.RunId}: {lease.Nvr} for {lease.Arch}, chroot {lease.Buildroot.Chroot}, isolated by {Isolation.Name}");
        if (lease.Options is { } options) log.Say($"with {string.Join(' ', options.Words())}");
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
        return await shop.Resolvers[folder.Slot].Resolve(lease.Buildroot, requires, ct);
    }

    bool IsMocksWhole => lease.Buildroot is { Engine: "mock", Mock: "whole" };

    async Task<RpmbuildEnd> InChamber(Resolution.Resolved resolved, IReadOnlyList<string>? requires, IReadOnlyList<string> before, CancellationToken ct)
    {
        await using var root = await Buildroot(resolved, ct);
        return await Rpmbuild(root, requires, before, ct);
    }

    /// <summary>mock makes its own root, asks the spec for BuildRequires by itself, and builds; it can install what was resolved and no other.</summary>
    async Task<RpmbuildEnd> ByMock(Resolution.Resolved resolved, IReadOnlyList<string> requires, CancellationToken ct)
    {
        var mock = shop.Mock ?? throw new BuilderBrokeException(MockEngine.Missing(lease.Buildroot));
        phases.Enter(RunPhase.Buildroot);
        ending.Lock = lease.Lock ?? resolved.Lock;
        log.Say($"mock {mock.Version} in image {mock.Image}, from {ending.Lock.Count} packages");
        if (await Anew(mock, resolved, ct) is { } notMade) return notMade;
        var files = await mock.Prepare(folder, lease, resolved, ct);
        var source = folder.MadeAnew ?? lease.Srpm.FileName;
        Libc.Link(folder.MadeAnew is null ? folder.Srpm : folder.MadeAnewAt, Path.Combine(files.In, source));
        var end = await new MockBuild(mock, log, phases, shop.Time).Rebuild(files, source, lease, ct);
        phases.Enter(RunPhase.Upload);
        switch (end)
        {
            case RpmbuildEnd.Built:
                return MockInstalled.Difference(files.Installed, resolved.Packages) is not { } other ? end : await OtherRequires(files, requires, other, ct);
            case RpmbuildEnd.Failed when MockInstalled.Within(files.Installed, resolved.Packages) is { } there:
                ending.Lock = new Resolution.Resolved(there, []).Lock;
                return end;
            case RpmbuildEnd.Wants wants:
                var more = wants.Requires.Except(requires).ToList();
                return more.Count > 0 ? new RpmbuildEnd.Wants([.. requires, .. more])
                    : throw new BuilderBrokeException($"mock does not find in its repositories what was resolved for it and put there: {string.Join(", ", wants.Requires)}.");
            default:
                return end;
        }
    }

    /// <summary>Where the release is raised, mock makes the source package first, once, in a root of the chroot's own packages.</summary>
    /// <returns>How that failed; null where it did not, or need not be.</returns>
    async Task<RpmbuildEnd?> Anew(MockEngine mock, Resolution.Resolved resolved, CancellationToken ct)
    {
        if (folder.Raised is not { } raised || folder.MadeAnew is not null) return null;
        var bare = resolved.Base.Count > 0 ? resolved with { Packages = resolved.Base } : resolved;
        var end = await new MakeSource(mock, folder, lease, new(mock, log, phases, shop.Time)).Of(raised, bare, ct);
        if (end is RpmbuildEnd.Failed) ending.Lock = bare.Lock;
        return end;
    }

    /// <summary>Built, in a root of other packages than the lock: fewer, where the spec, read in this chroot, wants less than the source package said.</summary>
    async Task<RpmbuildEnd> OtherRequires(MockFolder files, IReadOnlyList<string> requires, string difference, CancellationToken ct)
    {
        var (built, _) = await CollectResults.FromMock(folder.Work, lease.Limits.DiskBytes, ct);
        if (built.Count > 0 && Libc.OpenRegular(built[0].Path) is { } file)
        {
            await using (file)
            {
                var now = (await RpmPackage.Read(file, ct)).Requires;
                if (!now.ToHashSet().SetEquals(requires)) return new RpmbuildEnd.Wants(now);
            }
        }
        throw new BuilderBrokeException($"mock built in another buildroot than the lock: {difference}.");
    }

    async Task<HeldBuildroot> Buildroot(Resolution.Resolved resolved, CancellationToken ct)
    {
        phases.Enter(RunPhase.Buildroot);
        ending.Lock = lease.Lock ?? resolved.Lock;
        var root = await shop.Buildroots.Get(lease.Buildroot, resolved, ct);
        log.Say($"buildroot {root.Key}, {ending.Lock.Count} packages");
        return root;
    }

    /// <param name="requires">What the buildroot was resolved for; null: it was made from a lock.</param>
    async Task<RpmbuildEnd> Rpmbuild(HeldBuildroot root, IReadOnlyList<string>? requires, IReadOnlyList<string> before, CancellationToken ct)
    {
        phases.Enter(RunPhase.Rpmbuild);
        var rpmbuild = new Rpmbuild(Isolation, log, shop.Time);
        var end = await rpmbuild.Run(folder, lease, root, requires, before, ct);
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
        if (collected.Why is { } why) return ending.Failed([why]);
        try
        {
            var stored = await UploadResults.All(collected.Files, calls, ct);
            log.Say($"{stored.Count} packages handed over");
            return ending.Ended(RunOutcome.Succeeded, null, []) with { Files = stored };
        }
        catch (RefusedException e)
        {
            return ending.Failed([$"The server refused a result: {e.Message}"]);
        }
    }
}
