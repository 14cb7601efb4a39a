using System.Data;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.People;
using Skyline.Server.Planning;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>What became of a submission.</summary>
public abstract record Submitted
{
    public sealed record Queued(long BuildId) : Submitted;

    public sealed record Refused(Refusal Why) : Submitted;
}

/// <summary>
/// A source package comes in: its header is read and its digests are checked as it streams to the blob store, then the build,
/// its tasks and their first runs are written in one transaction.
/// </summary>
public sealed class SubmitBuild(Database database, Blobs blobs, HeaderBudget headers, Chroots chroots, Bells bells, SkylineSettings settings, TimeProvider time)
{
    /// <param name="fileName">What the sender calls the file; it must be what the package calls itself. Empty: not said.</param>
    /// <param name="arches">Of a scratch build: the only architectures that it is built for; null: all of the tag's.</param>
    /// <param name="caller">Who sends it; whether they still may is asked once more when all has come.</param>
    public async Task<Submitted> Submit(
        Stream body, string fileName, string targetName, bool scratch, long owner, CancellationToken ct, BuildOptions? options = null, IReadOnlyList<string>? arches = null, int priority = Priorities.Usual, bool draft = false, ClaimsPrincipal? caller = null)
    {
        var (target, whyNot) = database.Read(db => CheckWanted.Of(db, chroots, targetName, scratch, draft, owner, options, arches));
        if (target is null) return new Submitted.Refused(whyNot!);
        if (!blobs.TakesNew()) return Refuse(507, Blobs.NearlyFull);

        var since = time.Stamp();
        using var room = headers.Enter();
        var (blob, package) = await blobs.Receive(body, settings.MaxUploadBytes, async stream =>
        {
            var read = await RpmPackage.ReadAndVerify(stream, fileName.Length > 0 ? fileName : "The upload", room, ct);
            if (WhyNotThisSource(read, fileName) is { } wrong) throw new BadRpmException(wrong);
            return read;
        }, ct);
        return await Queue(package, blob, target, scratch, owner, options, arches, priority, draft, caller, ct, since);
    }

    /// <summary>As <see cref="Submit"/>, of a source package that was sent ahead (<see cref="Chains.KeepSource"/>) and stays kept for a while, whatever becomes of this.</summary>
    public async Task<Submitted> SubmitKept(BuildFromUrl from, BuildOptions? options, ClaimsPrincipal caller, CancellationToken ct)
    {
        var (target, whyNot) = Wanted(from, options, caller.PersonId());
        if (target is null) return new Submitted.Refused(whyNot!);
        using var room = headers.Enter();
        await using var file = blobs.Open(from.Sha256!);
        var package = await RpmPackage.Read(file, "The source package", room, ct);
        return await Queue(package, new(from.Sha256!, file.Length), target, from.Scratch, caller.PersonId(), options, from.Arches, from.Priority ?? Priorities.Usual, from.Draft, caller, ct);
    }

    /// <summary>What speaks against a build of a source package that was sent ahead, asked without queueing anything; null: nothing, as things stand.</summary>
    public async Task<Refusal?> WhyNotKept(BuildFromUrl from, BuildOptions? options, long owner, CancellationToken ct)
    {
        var (target, whyNot) = Wanted(from, options, owner);
        if (target is null) return whyNot;
        using var room = headers.Enter();
        await using var file = blobs.Open(from.Sha256!);
        var package = await RpmPackage.Read(file, "The source package", room, ct);
        return database.Read(db =>
        {
            var tag = Tag.Of(db, target.BuildTagId);
            var plan = Plan(package, from.Arches is { Count: > 0 } some ? tag with { Arches = [.. tag.Arches.Intersect(some)] } : tag, chroots.Find(tag.Chroot)!);
            return plan.Count == 0 ? new(400, BuildsForNone(package, tag, from.Arches))
                : QueueBuild.WhyNot(db, new(SourceOf(package, new(from.Sha256!, file.Length)), target.Id, target.Name, from.Scratch, owner, options, Draft: from.Draft), plan);
        });
    }

    /// <summary>What is wrong with it can be asked before a large package is on its way.</summary>
    public (Target? Target, Refusal? Why) Wanted(BuildFromUrl from, BuildOptions? options, long owner) =>
        database.Read(db => CheckWanted.Of(db, chroots, from.Target ?? "", from.Scratch, from.Draft, owner, options, from.Arches));

    async Task<Submitted> Queue(
        RpmPackage package, Blob blob, Target target, bool scratch, long owner, BuildOptions? options, IReadOnlyList<string>? arches, int priority, bool draft, ClaimsPrincipal? caller, CancellationToken ct, long? since = null)
    {
        var tag = database.Read(db => Tag.Of(db, target.BuildTagId));
        var plan = Plan(package, arches is { Count: > 0 } ? tag with { Arches = [.. tag.Arches.Intersect(arches)] } : tag, chroots.Find(tag.Chroot)!);
        if (plan.Count == 0) return await Forget(blob, 400, BuildsForNone(package, tag, arches));

        var outcome = await database.Write(tx => caller?.WhyNoLonger(tx.Connection!, Right.Build, time, orNamed: true) is { } gone ? new Submitted.Refused(gone) : Insert(tx, package, blob, new(SourceOf(package, blob), target.Id, target.Name, scratch, owner, options, priority, draft, Since: since), plan), ct);
        if (outcome is Submitted.Refused refused) return await Forget(blob, refused.Why.Status, refused.Why.Sentence);
        if (outcome is Submitted.Queued) bells.Ring(Bells.Work);
        if (outcome is Submitted.Queued) bells.Ring(Bells.Builds);
        return outcome;
    }

    internal static string? WhyNotThisSource(RpmPackage package, string fileName)
    {
        if (!package.IsSource) return $"{package.Nevra.FileName} is a binary package; a build starts from a source package (*.src.rpm).";
        return fileName.Length > 0 && fileName != package.Nevra.SourceFileName()
            ? $"The file is called {fileName}, but the package in it is {package.Nevra.SourceFileName()}. Was it renamed, or is it another file than you meant?"
            : null;
    }

    /// <summary>A task an architecture; one alone, on any builder, for a package that is noarch altogether.</summary>
    internal static IReadOnlyList<PlannedTask> Plan(RpmPackage package, Tag tag, Chroot chroot)
    {
        var arches = tag.Arches
            .Where(arch => package.ExclusiveArchs.Count == 0 || package.ExclusiveArchs.Contains(arch) || package.ExclusiveArchs.Contains("noarch"))
            .Where(arch => !package.ExcludeArchs.Contains(arch)).ToList();
        if (package.BuildArchs is ["noarch"] && arches.Count > 0)
            return [new("noarch", [.. arches.Select(HostOf).Distinct()])];
        return [.. arches.Select(arch => new PlannedTask(arch, [HostOf(arch)]))];

        string HostOf(string arch) => chroot.Arches.GetValueOrDefault(arch)?.Buildroot ?? arch;
    }

    internal static string BuildsForNone(RpmPackage package, Tag tag, IReadOnlyList<string>? arches) =>
        $"{package.Nevra.SourceFileName()} builds for none of {(arches is { Count: > 0 } ? "the asked" : tag.Name + "'s")} architectures ({string.Join(", ", arches is { Count: > 0 } ? arches : tag.Arches)}): see ExclusiveArch and ExcludeArch in its spec.";

    Submitted Insert(IDbTransaction tx, RpmPackage package, Blob blob, WantedBuild wanted, IReadOnlyList<PlannedTask> plan) =>
        // The same bytes, refused from another request a moment ago, may just have been forgotten.
        !blobs.Has(blob.Sha256) ? Refuse(503, $"{package.Nevra.SourceFileName()} was sent twice at once and one of the two was refused; send it again.")
        : Known(tx, package, blob, QueueBuild.Put(tx, wanted, plan, time.Stamp()));

    static Submitted Known(IDbTransaction tx, RpmPackage package, Blob blob, Submitted outcome)
    {
        if (outcome is Submitted.Queued) KeptCapabilities.PutSource(tx, blob.Sha256, package);
        return outcome;
    }

    internal static KeptSource SourceOf(RpmPackage package, Blob blob) => new(package.Nevra.Nvr, package.Nevra.SourceFileName(), blob.Sha256, blob.Size);

    /// <summary>A refused package is not kept, unless an earlier build is of the very same bytes. Nobody can come to need it meanwhile: rows are written in turn.</summary>
    async Task<Submitted> Forget(Blob blob, int status, string sentence)
    {
        await database.Write(tx => blobs.DeleteUnreferenced(tx, blob.Sha256));
        return Refuse(status, sentence);
    }

    static Submitted.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}

static class SourceNames
{
    /// <summary>A source package's file is named `.src.rpm`, whatever architecture its header carries.</summary>
    public static string SourceFileName(this Nevra nevra) => (nevra with { Arch = "src" }).FileName;
}
