using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>Where a build's source package is from.</summary>
sealed record KeptSourceRow
{
    public required string Url { get; init; }
    public required string Ref { get; init; }
    public required string Subdirectory { get; init; }
    public required string Method { get; init; }
    public string? Arches { get; init; }
    public string? Commit { get; init; }
    public bool Submodules { get; init; }
    public bool Lfs { get; init; }
    public string? Line { get; init; }

    public static KeptSourceRow? Of(IDbConnection db, long build) => db.One<KeptSourceRow>(
        "SELECT url AS Url, ref AS Ref, subdirectory AS Subdirectory, method AS Method, arches AS Arches, commit_id AS \"Commit\", submodules AS Submodules, lfs AS Lfs, (SELECT h.line FROM hook_builds h WHERE h.build_id = build_sources.build_id) AS Line FROM build_sources WHERE build_id = @build", new { build });

    /// <summary>A build of the same source package is from there too. Its tree is not kept for it: it has what was made of it.</summary>
    public static void Copy(IDbTransaction tx, long from, long build)
    {
        tx.Execute("""
            INSERT INTO build_sources (build_id, url, ref, subdirectory, method, arches, commit_id, fetched_at, submodules, lfs)
            SELECT @build, url, ref, subdirectory, method, arches, commit_id, fetched_at, submodules, lfs FROM build_sources WHERE build_id = @from
            """, new { from, build });
        tx.Execute("INSERT INTO build_submodules (build_id, path, url, commit_id) SELECT @build, path, url, commit_id FROM build_submodules WHERE build_id = @from", new { from, build });
    }

    sealed record FileRow
    {
        public required string FileName { get; init; }
        public required string Url { get; init; }
        public string? Checksum { get; init; }
        public string? Sha256 { get; init; }
        public long? Size { get; init; }
    }

    public BuildSource OnTheWire(IDbConnection db, long build) => new(Url, Ref, Subdirectory, Enum.Parse<SourceMethod>(Method), Commit, [.. db.All<FileRow>("""
        SELECT f.file_name AS FileName, f.url AS Url, f.checksum AS Checksum, f.sha256 AS Sha256, f.size AS Size FROM run_sources f
        WHERE f.run_id = (SELECT max(r.id) FROM task_runs r JOIN build_tasks t ON t.id = r.task_id WHERE t.build_id = @build AND t.kind = 'buildSRPM') ORDER BY f.number
        """, new { build }).Select(file => new BuildSourceFile(file.FileName, file.Url, file.Checksum, file.Sha256, file.Size))], [.. db.All<ModuleRow>("SELECT path AS Path, url AS Url, commit_id AS \"Commit\" FROM build_submodules WHERE build_id = @build ORDER BY path", new { build })
            .Select(one => new BuildSubmodule(one.Path, one.Url, one.Commit))], Line);

    sealed record ModuleRow(string Path, string Url, string Commit);

    public SourceOrder ForRun(SkylineSettings settings)
    {
        // What was taken once is taken, whatever the settings are by now.
        var url = GitUrl.Parse(Url, ["http", "git"]).Url!;
        return new(url.Name, Url, Commit!, Subdirectory, Enum.Parse<SourceMethod>(Method), SourceRequest.LookasideOf(url.BareHost, settings));
    }
}
