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
    public async Task<Refusal?> Create(NewTag wanted, CancellationToken ct)
    {
        if (Refuse(wanted, out var arches) is { } refusal) return refusal;
        // Without a signature its repository could not be served.
        if (keys.WhyNot() is { } fault) return new(503, fault);
        var id = await database.Write(tx =>
        {
            if (Tag.Find(tx.Connection!, wanted.Name) is not null) return (long?)null;
            var now = time.Stamp();
            var tag = Insert(tx, wanted, arches, now);
            TagEvent.Record(tx, tag, TagEventKind.Create, null, wanted.Name, now, after: new { wanted.Chroot, arches, wanted.Compression, wanted.Holds, wanted.Description });
            return tag;
        }, ct);
        if (id is null) return new(409, $"There is a tag '{wanted.Name}' already.");
        // The tag is there: its repository follows, whether or not the caller still listens, and whether or not this try succeeds.
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(id.Value, CancellationToken.None);
        return null;
    }

    /// <summary>The rows of a tag; the caller records the event that tells of it next. A tag of the same name that was removed goes on where it ended, empty.</summary>
    internal static long Insert(System.Data.IDbTransaction tx, NewTag wanted, IReadOnlyList<string> arches, long now)
    {
        var tag = tx.One<long>("""
            INSERT INTO tags (name, chroot, compression, holds, description, created_at) VALUES (@Name, @Chroot, @Compression, @Holds, @Description, @now)
            ON CONFLICT (name) DO UPDATE SET chroot = @Chroot, compression = @Compression, holds = @Holds, description = @Description, created_at = @now, removed_at = NULL, locked = 0, demands_listed = 0, second_person = 0, inherits_arches = 0, owner_id = NULL, keep_snapshots = 20, keep_days = 14
            WHERE removed_at IS NOT NULL RETURNING id
            """, new { wanted.Name, wanted.Chroot, Compression = wanted.Compression.ToString(), Holds = wanted.Holds.ToString(), Description = wanted.Description?.Trim() ?? "", now });
        TagConfig.WriteArches(tx, tag, arches);
        TagConfig.Keep(tx, tag);
        return tag;
    }

    Refusal? Refuse(NewTag wanted, out IReadOnlyList<string> arches)
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
