using System.Data;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Imports;

/// <summary>What became of an import.</summary>
public abstract record Imported
{
    /// <param name="New">False if the very same package was here already.</param>
    public sealed record Taken(ImportedRpm Rpm, bool New) : Imported;

    public sealed record Refused(Refusal Why) : Imported;
}

/// <summary>
/// A package that was built elsewhere comes in. Its digests are checked as it streams to the blob store; then it becomes part of the
/// build that its source package names, and, if a tag is given, is signed with the tag's key and tagged, all in one transaction.
/// </summary>
public sealed class ImportRpm(Database database, Blobs blobs, HeaderBudget headers, SigningKeys keys, SignPackages sign, Bells bells, SkylineSettings settings, TimeProvider time)
{
    /// <param name="tagName">Null: it is tagged later.</param>
    public async Task<Imported> Import(Stream body, string? tagName, ClaimsPrincipal caller, CancellationToken ct)
    {
        if (tagName is not null && database.Read(db => Tag.Find(db, tagName)) is null) return new Imported.Refused(Tag.None(tagName));
        using var room = headers.Enter();
        var (blob, package) = await blobs.Receive(body, settings.MaxUploadBytes, stream => Verified(stream, room, ct), ct);
        return await Keep(blob, package, tagName, caller, ct);
    }

    /// <exception cref="BadRpmException">It is no package that can be imported.</exception>
    internal static async Task<RpmPackage> Verified(Stream stream, HeaderRoom room, CancellationToken ct)
    {
        var read = await RpmPackage.ReadAndVerify(stream, null, room, ct);
        return WhyOfNoBuild(read) is { } why ? throw new BadRpmException(why) : read;
    }

    /// <summary>One that has come, and was verified as it came.</summary>
    internal async Task<Imported> Keep(Blob blob, RpmPackage package, string? tagName, ClaimsPrincipal caller, CancellationToken ct)
    {
        var tag = tagName is null ? null : database.Read(db => Tag.Find(db, tagName));
        if (tagName is not null && tag is null) return await Forget(blob, new Imported.Refused(Tag.None(tagName)));
        var rpm = new Arrival(package, blob, time.Stamp());
        var key = tag is null ? null : await keys.Of(tag.Id, ct);
        var signed = key is null ? null : await sign.Sign(rpm.FileName, blob.Sha256, package.ContentHash, HeldRpm.LocationOf(rpm.FileName), key, rpm.At.ToTime(), ct);
        var outcome = await database.Write(tx => (caller.WhyNoLonger(tx.Connection!, Right.Release, time, orNamed: tag is not null) ?? (tag is null ? null : TagRights.WhyNotChange(tx.Connection!, caller.PersonId(), tag.Id))) is { } gone ? new Imported.Refused(gone) : Record(tx, rpm, tag, key, signed, caller.PersonId()), ct);
        if (outcome is Imported.Taken) bells.Ring(Bells.Tags);
        return outcome is Imported.Taken { New: true } ? outcome : await Forget(blob, outcome);
    }

    static string? WhyOfNoBuild(RpmPackage package) =>
        package.IsSource || package.SourceRpm is { } source && source.EndsWith("src.rpm", StringComparison.Ordinal) && Nevra.TryParse(source, out _)
            ? null
            : $"{package.Nevra.FileName} does not say which source package it was built from ('{package.SourceRpm}'), so it cannot be told which build it is part of.";

    sealed record Arrival(RpmPackage Package, Blob Blob, long At)
    {
        public Nevra Nevra { get; } = Package.IsSource ? Package.Nevra with { Arch = "src" } : Package.Nevra;

        public string FileName => Nevra.FileName;

        /// <summary>The build that it is part of, as its source package is called.</summary>
        public string Nvr => Source.Nvr;

        public KnownBuild Build => new(0, Nvr, Source.Name);

        Nevra Source => Package.IsSource ? Nevra : Nevra.Parse(Package.SourceRpm!);

        /// <summary>The content hash covers the payload where the header states its digest; an old package's does not, and only the same bytes are the same package.</summary>
        public bool Is(Known known) =>
            known.ContentHash == Package.ContentHash && (known.BlobSha256 == Blob.Sha256 || Package.Header.Has(RpmTag.PayloadDigest));
    }

    sealed record Known(long Id, long BuildId, string BlobSha256, string ContentHash);

    Imported Record(IDbTransaction tx, Arrival rpm, Tag? tag, TagKey? key, SignedPackage? signed, long person)
    {
        // The same bytes, refused from another request a moment ago, may just have been forgotten.
        if (!blobs.Has(rpm.Blob.Sha256)) return Refuse(503, $"{rpm.FileName} was sent twice at once and one of the two was refused; send it again.");
        var known = tx.One<Known>("SELECT id AS Id, build_id AS BuildId, blob_sha256 AS BlobSha256, content_hash AS ContentHash FROM rpms WHERE file_name = @FileName AND draft = 0", new { rpm.FileName });
        if (known is not null && !rpm.Is(known))
            return Refuse(409, $"There is another {rpm.FileName} here already (its content is {known.ContentHash}, that of the one sent {rpm.Package.ContentHash}). One name, version and release is one package: raise the release.");
        if (tag is not null && OwnBuilds.Of(tx.Connection!, tag, [rpm.Build]).WhyBlocked(rpm.Build) is { } blocked) return new Imported.Refused(blocked);
        if (tag is not null && WhyNotInto.Tag(tx.Connection!, Tag.Of(tx.Connection!, tag.Id), rpm.Build.Package, $"{rpm.FileName} is not imported into '{tag.Name}'") is { } closed) return new Imported.Refused(closed);
        if ((known?.BuildId ?? BuildOf(tx, rpm, person)) is not { } build)
            return Refuse(409, $"{rpm.Nvr} was built here, so a package of it that was built elsewhere cannot be imported. Raise the release, or build it here.");
        if (known is null)
        {
            var id = AddRpm.Insert(tx, build, rpm.Nevra, rpm.Package, rpm.FileName, rpm.Blob, rpm.At);
            if (tag is not null) signed!.Insert(tx, id, key!.Id);
        }
        var tagged = tag is not null && TagBuild.Tag(tx, tag.Id, build, person, rpm.At);
        tx.Note("imported", $"package {rpm.FileName}", after: new { Build = build, rpm.Blob.Sha256, Tag = tag?.Name, New = known is null }, id: build);
        if (known is null) TagBuild.Extend(tx, build, person, rpm.At, besides: tagged ? tag!.Id : null);
        return new Imported.Taken(new(build, rpm.Nvr, rpm.FileName, tag?.Name), known is null);
    }

    sealed record BuildHere(long Id, long? TargetId);

    /// <returns>Null if Skyline built it itself.</returns>
    static long? BuildOf(IDbTransaction tx, Arrival rpm, long person)
    {
        if (tx.One<BuildHere>("SELECT id AS Id, target_id AS TargetId FROM builds WHERE nvr = @Nvr AND scratch = 0 AND draft = 0 AND state IN ('Publishing', 'Complete')", new { rpm.Nvr }) is { } known)
            return known.TargetId is null && !Privacy.Hidden.Build(tx.Connection!, known.Id) ? known.Id : null;
        return tx.One<long>("""
            INSERT INTO builds (nvr, scratch, state, owner_id, submitted_at, reported_at, ended_at) VALUES (@Nvr, 0, 'Complete', @person, @At, @At, @At) RETURNING id
            """, new { rpm.Nvr, person, rpm.At });
    }

    /// <summary>What was refused, or was here already in another wrapping, is not kept unless something points at the very same bytes.</summary>
    internal async Task<Imported> Forget(Blob blob, Imported outcome)
    {
        await database.Write(tx => blobs.DeleteUnreferenced(tx, blob.Sha256));
        return outcome;
    }

    static Imported.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}
