using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Externals;

/// <summary>
/// Every repository that a chroot definition names is an external repository, `CHROOT-REPO`, so that a builder needs no route but to
/// this server. Noted at every start; what a definition names no more is not asked for any more.
/// </summary>
public sealed class ChrootExternals(Database database, Chroots chroots, SkylineSettings settings, TimeProvider time)
{
    /// <exception cref="InvalidOperationException">A name is taken, or cannot be one.</exception>
    public Task Note(CancellationToken ct) => database.Write(tx =>
    {
        tx.Execute("UPDATE externals SET active = 0 WHERE chroot IS NOT NULL");
        if (!settings.PinChrootRepos) return;
        foreach (var chroot in chroots.All)
            foreach (var repo in chroot.Repos)
                if (AddressOf(repo) is (var kind, { Length: > 0 } url)) Note(tx, chroot, repo, kind, url);
    }, ct);

    public static string NameOf(string chroot, string repo) => $"{chroot}-{repo}";

    static (ExternalKind Kind, string? Url) AddressOf(ChrootRepo repo) =>
        repo.BaseUrl is { Length: > 0 } ? (ExternalKind.BaseUrl, repo.BaseUrl) : repo.Metalink is { Length: > 0 } ? (ExternalKind.Metalink, repo.Metalink) : (ExternalKind.MirrorList, repo.MirrorList);

    void Note(IDbTransaction tx, Chroot chroot, ChrootRepo repo, ExternalKind kind, string url)
    {
        var name = NameOf(chroot.Name, repo.Id);
        if (!Names.IsGood(name)) throw new InvalidOperationException($"The chroot definition {chroot.Name} names a repository '{repo.Id}', and '{name}' cannot be a name: it is {Names.Rule}.");
        var wanted = new
        {
            name, kind = kind.ToString(), url, version = chroot.ReleaseVersion ?? "", repo.Priority, chroot = chroot.Name, repo.Id, now = time.Stamp(),
            keyUrls = string.Join('\n', (repo.GpgKeys ?? []).Where(FetchKeys.IsElsewhere))
        };
        // Another address is another upstream: it is asked at once, and what was pinned of the old one is replaced as soon as it answers.
        tx.Execute("""
            UPDATE external_arches SET tried_at = NULL, mirrors = ''
            WHERE external_id IN (SELECT id FROM externals WHERE name = @name AND chroot = @chroot AND chroot_repo = @Id AND (kind <> @kind OR url <> @url OR release_version <> @version))
            """, wanted);
        // A key that the definition names no more is trusted no more.
        var noted = tx.Execute("""
            INSERT INTO externals (name, kind, url, release_version, keys, key_urls, signed_metadata, priority, chroot, chroot_repo, created_at)
            VALUES (@name, @kind, @url, @version, '', @keyUrls, 0, @Priority, @chroot, @Id, @now)
            ON CONFLICT (name) DO UPDATE SET kind = @kind, url = @url, release_version = @version, keys = CASE WHEN externals.key_urls = @keyUrls THEN externals.keys ELSE '' END, key_urls = @keyUrls, priority = @Priority, active = 1
            WHERE externals.chroot = @chroot AND externals.chroot_repo = @Id
            """, wanted);
        if (noted == 0)
            throw new InvalidOperationException($"The chroot {chroot.Name}'s repository '{repo.Id}' is to be the external repository '{name}', but that name is another's: rename one, or set Skyline__PinChrootRepos=false.");
    }
}
