using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Sources;

/// <summary>
/// Fetches what builds from Git wait for, a few at a time, and then lets builders have their first task. Found by what is missing: killed
/// anywhere, the next start fetches it again.
/// </summary>
sealed class FetchSources(Database database, Blobs blobs, Chroots chroots, FetchTree fetch, Bells bells, SkylineSettings settings, TimeProvider time, ILogger<FetchSources> log) : BackgroundService
{
    const int AtOnce = 4;

    sealed record Waiting
    {
        public long Build { get; init; }
        public long Task { get; init; }
        public required string Url { get; init; }
        public required string Ref { get; init; }
        public required string Subdirectory { get; init; }
        public required string Method { get; init; }
        public bool Submodules { get; init; }
        public bool Lfs { get; init; }
        public long Owner { get; init; }

        /// <summary>A Makefile may look anywhere in its repository.</summary>
        public WantedTree Tree(GitUrl url) => new(url, Ref, Method == nameof(SourceMethod.MakeSrpm) ? "" : Subdirectory, Submodules, Lfs, Owner);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var going = new Dictionary<long, Task>();
        try
        {
            await FetchAll(going, stoppingToken);
        }
        finally
        {
            // None is left behind that still writes to what the next start makes empty.
            await Task.WhenAll(going.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task FetchAll(Dictionary<long, Task> going, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Sources);
            foreach (var one in database.Read(db => db.All<Waiting>("""
                SELECT b.id AS Build, t.id AS Task, s.url AS Url, s.ref AS Ref, s.subdirectory AS Subdirectory, s.method AS Method, s.submodules AS Submodules, s.lfs AS Lfs, b.owner_id AS Owner FROM builds b JOIN build_sources s ON s.build_id = b.id JOIN build_tasks t ON t.build_id = b.id AND t.kind = @Kind
                WHERE b.state = 'Waiting' AND s.commit_id IS NULL ORDER BY b.id LIMIT 100
                """, new { SubmitSource.Kind })).Where(one => !going.ContainsKey(one.Build)))
                if (going.Count < AtOnce) going[one.Build] = One(one, stoppingToken);
            await Task.WhenAny([bell.WaitAsync(stoppingToken), .. going.Values]);
            foreach (var (build, _) in going.Where(one => one.Value.IsCompleted).ToList()) going.Remove(build);
        }
    }

    /// <summary>One that fails for a fault of ours is tried again, and not at once.</summary>
    async Task One(Waiting one, CancellationToken ct)
    {
        try
        {
            // Parsed again: what the settings allow may be less than when it was submitted.
            var (url, why) = GitUrl.Parse(one.Url, settings.GitSchemes);
            var tree = url is null ? new(why) : await fetch.Fetch(one.Tree(url), ct);
            await database.Write(tx => tree is { Commit: { } commit, Tar: { } tar } ? Queue(tx, one, commit, tar, tree.Submodules ?? []) : End(tx, one, tree.Why!), ct);
            bells.Ring(Bells.Build(one.Build));
            bells.Ring(Bells.Builds);
            bells.Ring(Bells.Work);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The next start goes on with it.
        }
        catch (Exception fault)
        {
            log.LogError(fault, "The repository of build {Build} could not be fetched; that is tried again in a minute", one.Build);
            await Task.Delay(TimeSpan.FromMinutes(1), time, ct).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <returns>How many builds: none, where it was cancelled meanwhile.</returns>
    int Queue(IDbTransaction tx, Waiting one, string commit, Blob tar, IReadOnlyList<Submodule> submodules)
    {
        if (!blobs.Has(tar.Sha256)) return End(tx, one, $"{one.Url} was fetched, and its tree was lost again; submit it again.");
        var (url, _) = GitUrl.Parse(one.Url, settings.GitSchemes);
        if (tx.Execute("UPDATE builds SET nvr = @nvr, revision = revision + 1 WHERE id = @Build AND state = 'Waiting'", new { one.Build, nvr = SubmitSource.Called(url!, commit) }) == 0) return 0;
        tx.Execute("UPDATE build_sources SET commit_id = @commit, tar_sha256 = @Sha256, tar_size = @Size, fetched_at = @now WHERE build_id = @Build", new { one.Build, commit, tar.Sha256, tar.Size, now = time.Stamp() });
        foreach (var submodule in submodules) tx.Execute("INSERT INTO build_submodules (build_id, path, url, commit_id) VALUES (@Build, @Path, @Url, @Commit) ON CONFLICT DO NOTHING", new { one.Build, submodule.Path, submodule.Url, submodule.Commit });
        tx.Execute("UPDATE build_tasks SET why = NULL WHERE id = @Task", one);
        // A source package is the same wherever it is made: any builder of the tag's, as it is now.
        var tag = Tag.Of(tx.Connection!, tx.One<long>("SELECT t.build_tag_id FROM builds b JOIN targets t ON t.id = b.target_id WHERE b.id = @Build", one));
        foreach (var host in tag.Arches.Select(arch => chroots.Find(tag.Chroot)?.Arches.GetValueOrDefault(arch)?.Buildroot ?? arch).Distinct().Append(SubmitSource.Arch)) tx.Execute("INSERT INTO task_hosts (task_id, arch) VALUES (@Task, @host)", new { one.Task, host });
        QueueRun.Put(tx, one.Task, time.Stamp());
        return 1;
    }

    int End(IDbTransaction tx, Waiting one, string why)
    {
        if (tx.Execute("UPDATE builds SET state = 'Failed', why = @why, ended_at = @now, revision = revision + 1 WHERE id = @Build AND state = 'Waiting'", new { one.Build, why, now = time.Stamp() }) == 0) return 0;
        tx.Execute("UPDATE build_tasks SET state = 'Failed', why = @why WHERE id = @Task AND state = 'Waiting'", new { one.Task, why });
        return 1;
    }
}
