using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Locks;

/// <summary>What a build was made from, architecture by architecture, and how much of it is still here.</summary>
public sealed class ShowLock(Database database, Blobs blobs, SkylineSettings settings)
{
    sealed record Row
    {
        public long Run { get; init; }
        public required string Arch { get; init; }
        public required string Chroot { get; init; }
        public required string Sha256 { get; init; }
        public long? NotedAt { get; init; }
        public bool Wanted { get; init; }
    }

    sealed record Kept
    {
        public required string Sha256 { get; init; }
        public string? Why { get; init; }
    }

    /// <summary>The newest run with a lock counts: one that succeeded before all others.</summary>
    const string Select = $"""
        SELECT r.id AS Run, t.arch, g.chroot, r.lock_sha256 AS Sha256, l.noted_at AS NotedAt, CASE WHEN {WantedLocks.Wanted} THEN 1 ELSE 0 END AS Wanted
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id JOIN tags g ON g.id = d.build_tag_id
          LEFT JOIN locks l ON l.sha256 = r.lock_sha256
        WHERE b.id = @build AND t.kind <> 'buildSRPM' AND r.lock_sha256 IS NOT NULL AND (@arch IS NULL OR t.arch = @arch)
        ORDER BY t.id, r.state <> 'Succeeded', r.id DESC
        """;

    public (BuildLock? Lock, Refusal? Refusal) Of(long build, string? arch)
    {
        var rows = database.Read(db => db.All<Row>(Select, WantedLocks.By(settings.KeepLocks, new { build, arch }))).DistinctBy(row => row.Arch).ToList();
        return rows switch
        {
            [] when database.Read(db => db.One<long?>("SELECT id FROM builds WHERE id = @build", new { build })) is null => (null, new(404, $"There is no build {build}.")),
            [] => (null, new(404, arch is null ? $"Build {build} has no lock: none of its runs has made a buildroot (yet)." : $"Build {build} has no lock for {arch}: no run of it has made a buildroot (yet).")),
            [var row] => (Describe(build, row), null),
            _ => (null, new(400, $"Which lock? Build {build} has several; name one with arch: {string.Join(", ", rows.Select(row => row.Arch))}.")),
        };
    }

    BuildLock Describe(long build, Row row)
    {
        var packages = LockText.Read(File.ReadAllText(blobs.PathOf(row.Sha256)));
        var (own, known) = database.Read(db => (packages.Select(package => package.Sha256).Where(sha256 => BringLocked.IsOwn(db, sha256)).ToHashSet(),
            db.All<Kept>("SELECT p.sha256, p.why FROM locks l JOIN lock_packages x ON x.lock_id = l.id JOIN locked_packages p ON p.id = x.package_id WHERE l.sha256 = @Sha256", row).ToDictionary(kept => kept.Sha256, kept => kept.Why)));
        var shown = packages.Select(package => new LockPackage(package.Nevra, package.Sha256, package.Size, package.Repo, own.Contains(package.Sha256) || blobs.Has(package.Sha256)))
            .Select(package => package.Kept ? package : package with { Why = known.GetValueOrDefault(package.Sha256) ?? WhyNot(row) }).OrderBy(package => package.Nevra, StringComparer.Ordinal).ToList();
        return new(build, row.Run, row.Arch, row.Chroot, row.Sha256, shown.Count(package => package.Kept), shown);
    }

    string WhyNot(Row row) => row switch
    {
        { Wanted: true, NotedAt: null } => "It is yet to be copied here.",
        { Wanted: true } => "It was here, and is gone: `skyline repo verify` tells what else is damaged.",
        _ when settings.KeepLocks == LockKeeping.All => "Locks are kept of builds that are complete, as long as their own packages are.",
        _ => $"This server does not keep what this build was made from (Skyline:KeepLocks is {settings.KeepLocks}).",
    };
}
