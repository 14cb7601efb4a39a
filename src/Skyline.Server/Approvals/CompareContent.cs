using System.Data;
using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

/// <summary>
/// What a second person looks at: of each package that would be another in the tag, come or go, what differs from what the tag holds now, down to files,
/// scriptlets, dependencies, the spec and the sources' digests. Read from the kept packages when it is asked for, some packages at a time.
/// </summary>
sealed class CompareContent(Database database, Blobs blobs, HeaderBudget headers) : IDisposable
{
    public const int AtOnce = 10;
    public const string NoSource = "There is no source package of it here.";
    const int MostFiles = 300, MostDependencies = 200;
    const long MostPayload = 4L << 30;

    readonly SemaphoreSlim room = new(2, 2);

    sealed record Pair(string Tag, string Package, long? Before, string? BeforeNvr, long? After, string? AfterNvr);

    sealed record Moved
    {
        public long Tag { get; init; }
        public required string Package { get; init; }
    }

    /// <summary>Packages of the tags that ask for a second person; of the others it is not asked.</summary>
    const string FromMoves = """
        FROM json_each(@Changes, '$.builds') j JOIN builds b ON b.id = CAST(j.value ->> '$.build' AS BIGINT) WHERE CAST(j.value ->> '$.tag' AS BIGINT) IN (SELECT tag_id FROM approval_tags WHERE approval_id = @Id)
        """;

    public static int Count(IDbConnection db, ApprovalRow row) => db.One<int>($"SELECT count(*) FROM (SELECT DISTINCT CAST(j.value ->> '$.tag' AS BIGINT), b.package {FromMoves}) l", new { row.Changes, row.Id });

    public async Task<ApprovalDifference> Of(ApprovalRow row, int from, CancellationToken ct)
    {
        var (pairs, all) = database.Read(db => (Pairs(db, row, from), Count(db, row)));
        var told = new List<ChangedPackage>();
        await room.WaitAsync(ct);
        try
        {
            foreach (var pair in pairs) told.Add(await Told(pair, ct));
        }
        finally
        {
            room.Release();
        }
        return new(row.Id, row.Digest, told, all, from + AtOnce < all ? from + AtOnce : null);
    }

    /// <summary>Against what each tag holds now, inherited or not; of what was decided, against what it holds since.</summary>
    static List<Pair> Pairs(IDbConnection db, ApprovalRow row, int from) => [.. db.All<Moved>($"""
        SELECT DISTINCT CAST(j.value ->> '$.tag' AS BIGINT) AS Tag, b.package AS Package {FromMoves} ORDER BY 1, 2 LIMIT @AtOnce OFFSET @from
        """, new { row.Changes, row.Id, AtOnce, from }).Select(moved => PairOf(db, row, moved))];

    sealed record Move
    {
        public long Build { get; init; }
        public bool Comes { get; init; }
    }

    static Pair PairOf(IDbConnection db, ApprovalRow row, Moved moved)
    {
        var moves = db.All<Move>($"SELECT b.id AS Build, CAST(j.value ->> '$.comes' AS TEXT) IN ('1', 'true') AS Comes {FromMoves} AND CAST(j.value ->> '$.tag' AS BIGINT) = @Tag AND b.package = @Package ORDER BY j.key", new { row.Changes, row.Id, moved.Tag, moved.Package });
        var order = Inheritance.Order(db, moved.Tag);
        var held = EffectiveBuilds.Decide(order, all: false, EffectiveBuilds.Rows.Read(db, order, [moved.Package])).SelectMany(decision => decision.Builds).Select(build => (long?)build.BuildId).FirstOrDefault();
        var comes = moves.Where(move => move.Comes).Select(move => (long?)move.Build).LastOrDefault();
        var goes = moves.Where(move => !move.Comes).Select(move => (long?)move.Build).LastOrDefault();
        var before = held is not null && held != comes ? held : goes;
        return new(Tag.Of(db, moved.Tag).Name, moved.Package, before, before is { } then ? Nvr(db, then) : null, comes, comes is { } now ? Nvr(db, now) : null);
    }

    static string Nvr(IDbConnection db, long build) => db.One<string>("SELECT nvr FROM builds WHERE id = @build", new { build })!;

    sealed record Rpm(string Name, string Arch, string FileName, string Blob, string ContentHash);

    IReadOnlyList<Rpm> Rpms(long? build) => build is null ? [] : database.Read(db => db.All<Rpm>("SELECT name AS Name, arch AS Arch, file_name AS FileName, blob_sha256 AS Blob, content_hash AS ContentHash FROM rpms WHERE build_id = @build ORDER BY name, arch", new { build }));

    async Task<ChangedPackage> Told(Pair pair, CancellationToken ct)
    {
        var (before, after) = (Rpms(pair.Before), Rpms(pair.After));
        var told = new List<ChangedRpm>();
        foreach (var key in before.Concat(after).Where(rpm => rpm.Arch is not ("src" or "nosrc")).Select(rpm => (rpm.Name, rpm.Arch)).Distinct().Order())
            told.Add(await Told(before.FirstOrDefault(rpm => (rpm.Name, rpm.Arch) == key), after.FirstOrDefault(rpm => (rpm.Name, rpm.Arch) == key), ct));
        var (spec, sources, why) = await Source(before.FirstOrDefault(rpm => rpm.Arch is "src" or "nosrc"), after.FirstOrDefault(rpm => rpm.Arch is "src" or "nosrc"), ct);
        return new(pair.Tag, pair.Package, pair.BeforeNvr, pair.Before, pair.AfterNvr, pair.After, told, spec, sources, why);
    }

    async Task<ChangedRpm> Told(Rpm? before, Rpm? after, CancellationToken ct)
    {
        var (named, what) = ((after ?? before)!.FileName, before is null ? "new" : after is null ? "gone" : before.ContentHash == after.ContentHash ? "the same" : "changed");
        if (what is "the same" or "gone") return new(named, what, [], [], []);
        try
        {
            using var own = headers.Enter();
            var content = CompareContents.Of(await Read(before, own, ct), await Read(after, own, ct));
            return new(named, what, [.. content.Files.Take(MostFiles).Select(file => new ChangedFile(file.Path, file.What))], [.. content.Scriptlets.Select(script => new ChangedScriptlet(script.Name, script.Before, script.After))],
                [.. content.Dependencies.Take(MostDependencies)], Math.Max(0, content.Files.Count - MostFiles));
        }
        catch (Exception fault) when (fault is BadRpmException or IOException)
        {
            return new(named, what, [], [], [], Why: $"It cannot be looked into: {fault.Message}");
        }
    }

    async Task<RpmPackage?> Read(Rpm? rpm, HeaderRoom own, CancellationToken ct)
    {
        if (rpm is null) return null;
        await using var file = blobs.Open(rpm.Blob);
        return await RpmPackage.Read(file, rpm.FileName, own, ct);
    }

    sealed record Opened(string Spec, string SpecFile, IReadOnlyDictionary<string, string> Files);

    async Task<(IReadOnlyList<string>? Spec, IReadOnlyList<ChangedSource> Sources, string? Why)> Source(Rpm? before, Rpm? after, CancellationToken ct)
    {
        if (after is null) return (null, [], before is null ? NoSource : null);
        try
        {
            var (first, second) = (await Open(before, ct), (await Open(after, ct))!);
            var spec = TextLines.Difference(first?.Spec ?? "", second.Spec);
            var files = (first?.Files.Keys ?? []).Union(second.Files.Keys).Where(file => file != second.SpecFile && file != first?.SpecFile).Order(StringComparer.Ordinal)
                .Select(file => new ChangedSource(file, first?.Files.GetValueOrDefault(file), second.Files.GetValueOrDefault(file))).Where(source => source.Before != source.After);
            return (spec.Count == 0 ? null : spec, [.. files], null);
        }
        catch (Exception fault) when (fault is BadRpmException or IOException)
        {
            return (null, [], $"The source packages cannot be looked into: {fault.Message}");
        }
    }

    async Task<Opened?> Open(Rpm? rpm, CancellationToken ct)
    {
        if (rpm is null) return null;
        using var own = headers.Enter();
        await using var file = blobs.Open(rpm.Blob);
        var package = await RpmPackage.Read(file, rpm.FileName, own, ct);
        var (name, text) = await SourceSpec.Read(package, file, MostPayload, ct);
        return new(Encoding.UTF8.GetString(text), name, package.Files.DistinctBy(one => one.Path).ToDictionary(one => one.Path, one => one.Digest, StringComparer.Ordinal));
    }

    public void Dispose() => room.Dispose();
}
