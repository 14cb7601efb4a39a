using System.Data;
using System.Text;
using System.Text.Json.Nodes;
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
    const int MostFiles = 300, MostDependencies = 200;
    const long MostPayload = 4L << 30;

    readonly SemaphoreSlim room = new(2, 2);

    sealed record Pair(string Tag, string Package, long? Before, string? BeforeNvr, long? After, string? AfterNvr);

    public static int Count(IDbConnection db, ApprovalRow row) => Pairs(db, row).Count;

    public async Task<ApprovalDifference> Of(ApprovalRow row, int from, CancellationToken ct)
    {
        var pairs = database.Read(db => Pairs(db, row));
        var told = new List<ChangedPackage>();
        await room.WaitAsync(ct);
        try
        {
            foreach (var pair in pairs.Skip(from).Take(AtOnce)) told.Add(await Told(pair, ct));
        }
        finally
        {
            room.Release();
        }
        return new(row.Id, row.Digest, told, pairs.Count, from + AtOnce < pairs.Count ? from + AtOnce : null);
    }

    /// <summary>Against what each tag holds now, inherited or not; of what was decided, against what it holds since.</summary>
    static List<Pair> Pairs(IDbConnection db, ApprovalRow row)
    {
        var pairs = new List<Pair>();
        foreach (var tag in JsonNode.Parse(row.Changes)!["builds"]!.AsArray().GroupBy(move => move!["tag"]!.GetValue<long>()))
        {
            var (name, order) = (Tag.Of(db, tag.Key).Name, Inheritance.Order(db, tag.Key));
            var builds = tag.Select(move => (Build: move!["build"]!.GetValue<long>(), Comes: move["comes"]!.GetValue<bool>(), Nvr: "", Package: "")).Select(move => move with { Nvr = Nvr(db, move.Build), Package = Package(db, move.Build) }).ToList();
            foreach (var package in builds.GroupBy(move => move.Package).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                var held = EffectiveBuilds.Decide(order, all: false, EffectiveBuilds.Rows.Read(db, order, [package.Key])).SelectMany(decision => decision.Builds).Select(build => (long?)build.BuildId).FirstOrDefault();
                var comes = package.Where(move => move.Comes).Select(move => ((long Build, string Nvr)?)(move.Build, move.Nvr)).LastOrDefault();
                var goes = package.Where(move => !move.Comes).Select(move => (long?)move.Build).LastOrDefault();
                var before = held is { } now && now != comes?.Build ? now : goes;
                pairs.Add(new(name, package.Key, before, before is { } then ? Nvr(db, then) : null, comes?.Build, comes?.Nvr));
            }
        }
        return pairs;
    }

    static string Nvr(IDbConnection db, long build) => db.One<string>("SELECT nvr FROM builds WHERE id = @build", new { build })!;

    static string Package(IDbConnection db, long build) => db.One<string>("SELECT package FROM builds WHERE id = @build", new { build })!;

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
        if (after is null) return (null, [], before is null ? "There is no source package of it here." : null);
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
