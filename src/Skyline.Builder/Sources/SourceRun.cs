using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>
/// One leased run that makes a source package of a repository's tree: the spec is read in isolation, what it names is fetched by the server, and
/// then it is packed, in isolation again. What is made is built later, in a run of its own.
/// </summary>
sealed class SourceRun(LeasedRun given, RunFolder folder, RunLog log, PhaseClock phases, RunCalls calls, Workshop shop)
{
    static readonly TimeSpan fetchWithin = TimeSpan.FromMinutes(20);
    /// <summary>Where mock builds, it builds source packages, which this is not yet: it makes the buildroot alone.</summary>
    readonly LeasedRun lease = given with { Buildroot = given.Buildroot with { Mock = "root" } };
    readonly RunEnding ending = new(log, phases);

    SourceOrder Order => lease.Source!;

    IIsolation Isolation => shop.IsolationOf(lease.Buildroot) ?? throw new BuilderBrokeException($"Chroot {lease.Buildroot.Chroot} asks for isolation by {lease.Buildroot.Isolation}, which this builder has not (--vm).");

    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public async Task<RunReport> Run(CancellationToken ct)
    {
        try
        {
            await FetchTree(ct);
            phases.Enter(RunPhase.Resolve);
            var resolution = await shop.Resolvers[folder.Slot].Resolve(lease.Buildroot, Order.Method == SourceMethod.MakeSrpm ? ["make"] : [], ct);
            if (resolution is not Resolution.Resolved resolved) return ending.Failed(((Resolution.Unmet)resolution).Sentences);
            phases.Enter(RunPhase.Buildroot);
            ending.Lock = resolved.Lock;
            await using var root = await shop.Buildroots.Get(lease.Buildroot, resolved, ct);
            log.Say($"buildroot {root.Key}, {ending.Lock.Count} packages");
            return await Make(new(new(Isolation, log, shop.Time), folder, lease, root), ct);
        }
        catch (RefusedException e)
        {
            return ending.Failed([e.Message]);
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

    async Task<RunReport> Make(SourceChamber chamber, CancellationToken ct)
    {
        IReadOnlyList<string> fetched = [];
        if (Order.Method != SourceMethod.MakeSrpm)
        {
            phases.Enter(RunPhase.Rpmbuild);
            var seen = await chamber.List(ct);
            if (seen is SourceEnd.Failed unread) return ending.Ended(unread.Why);
            var (wanted, listed) = (SourceEnd.Done)seen;
            var (files, why) = SourceList.Of(wanted, listed, Order);
            if (why is not null) return ending.Failed([why]);
            phases.Enter(RunPhase.Fetch);
            fetched = await Fetch(files, ct);
        }
        phases.Enter(RunPhase.Rpmbuild);
        if (await chamber.Make(fetched, ct) is SourceEnd.Failed failed) return ending.Ended(failed.Why);
        phases.Enter(RunPhase.Upload);
        var (made, unfit) = await CollectResults.Source(folder.Work, lease.Limits.DiskBytes, ct);
        if (unfit is not null) return ending.Failed([unfit]);
        var stored = await UploadResults.All(made, calls, ct);
        log.Say($"{stored[0].FileName} handed over");
        return ending.Ended(RunOutcome.Succeeded, null, []) with { Files = stored };
    }

    async Task FetchTree(CancellationToken ct)
    {
        phases.Enter(RunPhase.Fetch);
        if (folder.FreeBytes < lease.Srpm.Size) throw new BuilderBrokeException($"The builder's disk has no room for {lease.Srpm.FileName} ({lease.Srpm.Size} bytes).");
        await FetchSrpm.To(folder.Srpm, lease, calls, ct);
        log.Say($"run {lease.RunId}: a source package of {Order.Url}, commit {Order.Commit}{(Order.Subdirectory.Length > 0 ? $", folder {Order.Subdirectory}" : "")}, chroot {lease.Buildroot.Chroot}, isolated by {Isolation.Name}");
        if (lease.Options is { } options) log.Say($"with {string.Join(' ', options.Words())}");
    }

    /// <returns>Paths of the files.</returns>
    async Task<IReadOnlyList<string>> Fetch(IReadOnlyList<WantedFile> files, CancellationToken ct)
    {
        if (files.Count == 0) return [];
        await calls.UntilAnswered(async token =>
        {
            await calls.Contract.WantFiles(calls.Run, new(files), token);
            return true;
        }, ct);
        var paths = new List<string>();
        for (var number = 0; number < files.Count; number++)
        {
            var (file, at) = (files[number], number);
            log.Say($"{file.FileName} is fetched from {file.Url}");
            var known = await calls.UntilAnswered(token => calls.Contract.FetchFile(calls.Run, at, token), ct, fetchWithin);
            if (folder.FreeBytes < known.Size) throw new BuilderBrokeException($"The builder's disk has no room for {file.FileName} ({known.Size} bytes).");
            log.Say($"{file.FileName}: {known.Size} bytes, SHA-256 {known.Sha256}{(file.Checksum is null ? "" : $", as {file.Checksum.Split(':')[0].ToUpperInvariant()} says")}");
            var path = folder.Fetched(file.FileName);
            await FetchSrpm.To(path, new(file.FileName, known.Sha256, known.Size), (offset, token) => calls.Contract.OpenFile(calls.Run, at, offset, token), calls, ct);
            paths.Add(path);
        }
        return paths;
    }
}
