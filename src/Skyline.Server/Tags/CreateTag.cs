using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag comes into being together with its first, empty, valid repository.</summary>
public sealed class CreateTag(Database database, Chroots chroots, SigningKeys keys, PublishSnapshot publish, Bells bells, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Create(NewTag wanted, CancellationToken ct, long? person = null)
    {
        if (Refuse(wanted, out var arches) is { } refusal) return refusal;
        // Without a signature its repository could not be served.
        if (keys.WhyNot() is { } fault) return new(503, fault);
        var id = await database.Write(tx =>
        {
            if (IsTaken(tx, wanted.Name)) return (long?)null;
            var now = time.Stamp();
            var tag = Insert(tx, wanted, arches, now);
            if (wanted.Private || wanted.Closed) Restrict(tx, tag, wanted.Private, wanted.Closed, person, now);
            TagEvent.Record(tx, tag, TagEventKind.Create, null, wanted.Name, now, person, after: new { wanted.Chroot, arches, wanted.Compression, wanted.Holds, wanted.Description, wanted.Private, wanted.Closed });
            return tag;
        }, ct);
        if (id is null) return new(409, $"There is a tag '{wanted.Name}' already.");
        // The tag is there: its repository follows, whether or not the caller still listens, and whether or not this try succeeds.
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(id.Value, CancellationToken.None);
        return null;
    }

    /// <summary>A name that is a hidden tag's, or was, cannot be had either: with it would come that one's past.</summary>
    internal static bool IsTaken(System.Data.IDbTransaction tx, string name) =>
        tx.One<Named>("SELECT id AS Id, removed_at AS RemovedAt FROM tags WHERE name = @name", new { name }) is { } there && (there.RemovedAt is null || Privacy.Hidden.Tag(tx.Connection!, there.Id));

    sealed record Named(long Id, long? RemovedAt);

    /// <summary>Who makes it is the first to be named there.</summary>
    internal static void Restrict(System.Data.IDbTransaction tx, long tag, bool hidden, bool closed, long? person, long now)
    {
        tx.Execute("UPDATE tags SET private = max(private, @hidden), closed = @closed WHERE id = @tag", new { tag, hidden, closed });
        if (person is { } maker) tx.Execute("INSERT INTO tag_grants (tag_id, user_id, access, granted_at, granted_by) VALUES (@tag, @maker, 'administer', @now, @maker) ON CONFLICT DO NOTHING", new { tag, maker, now });
    }

    /// <summary>The rows of a tag; the caller records the event that tells of it next. A tag of the same name that was removed goes on where it ended, empty.</summary>
    internal static long Insert(System.Data.IDbTransaction tx, NewTag wanted, IReadOnlyList<string> arches, long now)
    {
        var tag = tx.One<long>("""
            INSERT INTO tags (name, chroot, compression, holds, description, created_at) VALUES (@Name, @Chroot, @Compression, @Holds, @Description, @now)
            ON CONFLICT (name) DO UPDATE SET chroot = @Chroot, compression = @Compression, holds = @Holds, description = @Description, created_at = @now, removed_at = NULL, locked = 0, demands_listed = 0, second_person = 0, inherits_arches = 0, owner_id = NULL, closed = 0, keep_snapshots = 20, keep_days = 14
            WHERE tags.removed_at IS NOT NULL RETURNING id
            """, new { wanted.Name, wanted.Chroot, Compression = wanted.Compression.ToString(), Holds = wanted.Holds.ToString(), Description = wanted.Description?.Trim() ?? "", now });
        tx.Execute("UPDATE tag_grants SET revoked_at = @now WHERE tag_id = @tag AND revoked_at IS NULL", new { tag, now });
        TagConfig.WriteArches(tx, tag, arches);
        TagConfig.Keep(tx, tag);
        return tag;
    }

    internal Refusal? Refuse(NewTag wanted, out IReadOnlyList<string> arches)
    {
        arches = [];
        if (!Names.IsGood(wanted.Name)) return new(400, $"A tag cannot be called '{wanted.Name}': a name is {Names.Rule}.");
        if (ChangeSettings.WhyNotDescription(wanted.Description) is { } bad) return new(400, bad);
        if (!Enum.IsDefined(wanted.Compression) || !Enum.IsDefined(wanted.Holds)) return new(400, "A tag's compression is Zstd or Gzip, and it holds Latest or All.");
        if (chroots.Find(wanted.Chroot ?? "") is not { } chroot) return new(400, $"There is no chroot '{wanted.Chroot}' here; there are {chroots.Names}.");
        arches = wanted.Arches is { Count: > 0 } some ? [.. some.Distinct()] : [.. chroot.Arches.Where(arch => arch.Value.Buildroot is null).Select(arch => arch.Key)];
        var unknown = arches.Where(arch => !chroot.Arches.ContainsKey(arch)).ToList();
        return unknown.Count > 0
            ? new(400, $"Chroot '{chroot.Name}' has no {string.Join(", ", unknown)}; it has {string.Join(", ", chroot.Arches.Keys)}.")
            : null;
    }
}
