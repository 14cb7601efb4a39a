using System.Data;
using Skyline.Protocol;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

/// <summary>
/// Keeps <see cref="BuildColumns"/> as the database is: read whole when somebody first asks (a million builds take some seconds), then only
/// what was made or changed since. Of a site with many builds they are read at the start, so that nobody waits for that.
/// </summary>
sealed class KeepColumns(Database database) : BackgroundService
{
    const int AtOnce = 20_000;

    /// <summary>So few are read in a moment.</summary>
    const long Few = 20_000;

    readonly Lock turn = new();
    BuildColumns columns = new();
    long seen = -1, lastTagged;

    sealed record BuildRow(long Id, string Nvr, string Package, long? Target, long Scratch, long Draft, string State, long Owner, long? Batch, long SubmittedAt, long? EndedAt);
    sealed record ArchRow(long Build, string Arch);
    sealed record TagRow(long Id, long Build, long Tag);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await Task.Run(() => Sight.Everything(() => database.Read(db => db.One<long?>("SELECT max(id) FROM builds"))), stoppingToken) > Few) await Task.Run(Now, stoppingToken);
    }

    /// <summary>Whether they have been read once, and so are a moment away.</summary>
    public bool AreRead => Interlocked.Read(ref seen) >= 0;

    /// <summary>As of now: whoever has been told of a change finds it.</summary>
    public BuildColumns Now()
    {
        if (Interlocked.Read(ref seen) == database.Commits) return columns;
        lock (turn)
        {
            var now = database.Commits;
            if (Interlocked.Read(ref seen) == now) return columns;
            var changed = database.ChangedBuilds.Take();
            // Null: this is the first time, or too much was missed.
            if (changed is null) (columns, lastTagged) = (new(), 0);
            Sight.Everything(() => database.Read(db => CatchUp(db, changed ?? [])));
            Interlocked.Exchange(ref seen, now);
            return columns;
        }
    }

    bool CatchUp(IDbConnection db, IReadOnlyCollection<long> changed)
    {
        foreach (var some in changed.Where(id => id <= columns.Newest).Chunk(1000)) Change(db, some);
        while (Append(db) == AtOnce) { }
        while (TagMore(db) == AtOnce) { }
        return true;
    }

    const string Select = """
        SELECT id AS Id, nvr AS Nvr, package AS Package, target_id AS Target, scratch AS Scratch, draft AS Draft, state AS State, owner_id AS Owner, batch_id AS Batch, submitted_at AS SubmittedAt, ended_at AS EndedAt FROM builds
        """;

    const string SelectArches = "SELECT build_id AS Build, arch AS Arch FROM build_tasks WHERE kind = 'buildArch'";

    void Change(IDbConnection db, long[] some)
    {
        var ids = $"[{string.Join(',', some)}]";
        var arches = ArchesOf(db.All<ArchRow>(SelectArches + " AND build_id IN (SELECT CAST(value AS BIGINT) FROM json_each(@ids))", new { ids }));
        Write(db.All<BuildRow>(Select + " WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(@ids))", new { ids }), row => columns.Find(row.Id), arches);
    }

    int Append(IDbConnection db)
    {
        var rows = db.All<BuildRow>(Select + " WHERE id > @after ORDER BY id LIMIT @AtOnce", new { after = columns.Newest, AtOnce });
        if (rows.Count == 0) return 0;
        var arches = ArchesOf(db.All<ArchRow>(SelectArches + " AND build_id BETWEEN @first AND @last", new { first = rows[0].Id, last = rows[^1].Id }));
        Write(rows, row => columns.Add(row.Id), arches);
        return rows.Count;
    }

    /// <summary>Rows of what is in tags are closed and never removed, so whatever was in one once is among them.</summary>
    int TagMore(IDbConnection db)
    {
        var rows = db.All<TagRow>("SELECT id AS Id, build_id AS Build, tag_id AS Tag FROM tag_builds WHERE id > @lastTagged ORDER BY id LIMIT @AtOnce", new { lastTagged, AtOnce });
        Locked(() =>
        {
            foreach (var row in rows)
            {
                if (columns.Find(row.Build) is not var (chunk, at)) continue;
                var tags = columns.TagsOf(chunk.Tags[at]);
                if (!tags.Contains(row.Tag)) chunk.Tags[at] = columns.TagSet([.. tags.Append(row.Tag).Order()]);
            }
        });
        if (rows.Count > 0) lastTagged = rows[^1].Id;
        return rows.Count;
    }

    static Dictionary<long, List<string>> ArchesOf(IReadOnlyList<ArchRow> rows)
    {
        var found = new Dictionary<long, List<string>>();
        foreach (var row in rows)
        {
            if (found.TryGetValue(row.Build, out var known)) known.Add(row.Arch);
            else found.Add(row.Build, [row.Arch]);
        }
        return found;
    }

    void Write(IReadOnlyList<BuildRow> rows, Func<BuildRow, (BuildChunk Chunk, int Row)?> place, Dictionary<long, List<string>> arches) => Locked(() =>
    {
        foreach (var row in rows)
        {
            if (place(row) is not var (chunk, at)) continue;
            chunk.Kind[at] = BuildChunk.KindOf((int)Enum.Parse<BuildState>(row.State), row.Scratch == 1, row.Draft == 1);
            chunk.Target[at] = columns.Targets.Of(row.Target ?? BuildColumns.None);
            chunk.Owner[at] = columns.Owners.Of(row.Owner);
            chunk.Batch[at] = columns.Batches.Of(row.Batch ?? BuildColumns.None);
            chunk.Package[at] = columns.Packages.Of(row.Package);
            chunk.Arches[at] = (ushort)columns.ArchSets.Of(arches.GetValueOrDefault(row.Id)?.Aggregate(0UL, (bits, arch) => bits | columns.ArchBit(arch)) ?? 0);
            chunk.Submitted[at] = (uint)Math.Clamp(row.SubmittedAt / 1000, 0, uint.MaxValue);
            chunk.Took[at] = row.EndedAt is { } ended ? (int)Math.Clamp(ended - row.SubmittedAt, 0, int.MaxValue) : -1;
            chunk.SetNvr(at, row.Nvr);
        }
    });

    void Locked(Action act)
    {
        columns.Turn.EnterWriteLock();
        try
        {
            act();
        }
        finally
        {
            columns.Turn.ExitWriteLock();
        }
    }

    public override void Dispose()
    {
        columns.Dispose();
        base.Dispose();
    }
}
