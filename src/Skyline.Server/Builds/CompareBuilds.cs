using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builds;

/// <summary>
/// Explains how two builds differ: their packages are paired, and where two are not the same, their headers are read again, within
/// the same bounds as when they came. Two comparisons at a time; the others wait.
/// </summary>
public sealed class CompareBuilds(Database database, Blobs blobs, HeaderBudget headers, TimeProvider time) : IDisposable
{
    const int MostPairs = 200;
    readonly SemaphoreSlim room = new(2, 2);

    public async Task<(BuildComparison? Comparison, Refusal? Refusal)> Compare(long before, long after, CancellationToken ct)
    {
        foreach (var id in new[] { before, after })
            if (WhyNot(id) is { } why) return (null, why);
        await room.WaitAsync(ct);
        try
        {
            return (await Paired(before, after, ct), null);
        }
        finally
        {
            room.Release();
        }
    }

    /// <summary>One package of the second build with the one of its name and architecture in the first.</summary>
    /// <returns>Null, and why: the first has none such.</returns>
    public async Task<(PackageComparison? Pair, string? Why)> Pair(long before, long after, string file, CancellationToken ct)
    {
        if ((WhyNot(before) ?? WhyNot(after)) is { } refusal) return (null, refusal.Sentence);
        await room.WaitAsync(ct);
        try
        {
            var (first, second) = (Packages(before), Packages(after));
            if (second.FirstOrDefault(one => one.Value.FileName == file) is not { Value: { } now, Key: var key }) return (null, $"{file} is a source package; binary packages are compared.");
            if (!first.TryGetValue(key, out var then)) return (null, $"Build {before} made no package {key.Name} for {key.Arch}: it is new.");
            return (then.ContentHash == now.ContentHash ? new(key.Name, key.Arch, then, now, null) : await Explained(before, after, key, then, now, ct), null);
        }
        finally
        {
            room.Release();
        }
    }

    Refusal? WhyNot(long id) => database.Read(db => ShowBuild.Find(db, id, time.Stamp())) switch
    {
        null => new(404, $"There is no build {id}."),
        { State: not BuildState.Complete } build => new(409, $"Build {id} is not complete ({build.State.ToString().ToLowerInvariant()}), so it has no packages to compare."),
        { Rpms: [] } => new(409, $"The packages of build {id} are not kept any more."),
        _ => null,
    };

    async Task<BuildComparison> Paired(long before, long after, CancellationToken ct)
    {
        var (first, second) = (Packages(before), Packages(after));
        var pairs = first.Keys.Where(second.ContainsKey).Order().Select(key => (Key: key, Before: first[key], After: second[key])).ToList();
        var differ = new List<PackageComparison>();
        foreach (var (key, then, now) in pairs.Where(pair => pair.Before.ContentHash != pair.After.ContentHash))
            differ.Add(differ.Count < MostPairs
                ? await Explained(before, after, key, then, now, ct)
                : new(key.Name, key.Arch, then, now, null, $"More than {MostPairs} pairs differ; this one was not looked into."));
        var (onlyBefore, onlyAfter) = (Only(first, second), Only(second, first));
        return new(before, after, differ.Count + onlyBefore.Count + onlyAfter.Count == 0, onlyBefore, onlyAfter, pairs.Count - differ.Count, differ);
    }

    /// <summary>Binary packages by name and architecture; a build has one version of each.</summary>
    Dictionary<(string Name, string Arch), RpmDetails> Packages(long build) => database.Read(db => ShowBuild.Find(db, build, time.Stamp()))!.Rpms.Where(rpm => rpm.Arch is not ("src" or "nosrc"))
        .GroupBy(rpm => (Nevra.Parse(rpm.Nevra).Name, rpm.Arch)).ToDictionary(rpms => rpms.Key, rpms => rpms.First());

    static List<string> Only(Dictionary<(string Name, string Arch), RpmDetails> these, Dictionary<(string Name, string Arch), RpmDetails> those) =>
        [.. these.Where(one => !those.ContainsKey(one.Key)).Select(one => one.Value.FileName).Order(StringComparer.Ordinal)];

    async Task<PackageComparison> Explained(long before, long after, (string Name, string Arch) key, RpmDetails then, RpmDetails now, CancellationToken ct)
    {
        try
        {
            // (One room for both: two that each hold a half of what there is would wait for one another.)
            using var one = headers.Enter();
            var differences = ComparePackages.Compare(await Read(before, then, one, ct), await Read(after, now, one, ct));
            return new(key.Name, key.Arch, then, now, differences);
        }
        catch (Exception fault) when (fault is BadRpmException or IOException)
        {
            return new(key.Name, key.Arch, then, now, null, $"It cannot be looked into: {fault.Message}");
        }
    }

    async Task<RpmPackage> Read(long build, RpmDetails rpm, HeaderRoom own, CancellationToken ct)
    {
        var sha256 = database.Read(db => BlobOf(db, build, rpm.FileName)) ?? throw new IOException($"{rpm.FileName} is not kept any more.");
        await using var file = blobs.Open(sha256);
        return await RpmPackage.Read(file, rpm.FileName, own, ct);
    }

    /// <summary>As it came: what a signature changes is not compared.</summary>
    internal static string? BlobOf(IDbConnection db, long build, string fileName) => db.One<string>("""
        SELECT blob_sha256 FROM rpms WHERE build_id = @build AND file_name = @fileName
        UNION ALL
        SELECT f.sha256 FROM run_files f JOIN task_runs r ON r.id = f.run_id JOIN build_tasks t ON t.id = r.task_id WHERE t.build_id = @build AND t.kind = 'buildArch' AND r.state = 'Succeeded' AND f.file_name = @fileName
        LIMIT 1
        """, new { build, fileName });

    public void Dispose() => room.Dispose();
}
