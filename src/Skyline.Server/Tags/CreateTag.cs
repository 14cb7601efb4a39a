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
            var tag = tx.One<long>("INSERT INTO tags (name, chroot, compression, holds, created_at) VALUES (@Name, @Chroot, @Compression, @Holds, @now) RETURNING id",
                new { wanted.Name, wanted.Chroot, Compression = wanted.Compression.ToString(), Holds = wanted.Holds.ToString(), now });
            for (var position = 0; position < arches.Count; position++)
                tx.Execute("INSERT INTO tag_arches (tag_id, arch, position) VALUES (@tag, @arch, @position)", new { tag, arch = arches[position], position });
            TagEvent.Record(tx, tag, TagEventKind.Create, null, wanted.Name, now);
            return tag;
        }, ct);
        if (id is null) return new(409, $"There is a tag '{wanted.Name}' already.");
        // The tag is there: its repository follows, whether or not the caller still listens, and whether or not this try succeeds.
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(id.Value, CancellationToken.None);
        return null;
    }

    Refusal? Refuse(NewTag wanted, out IReadOnlyList<string> arches)
    {
        arches = [];
        if (!Names.IsGood(wanted.Name)) return new(400, $"A tag cannot be called '{wanted.Name}': a name is {Names.Rule}.");
        if (!Enum.IsDefined(wanted.Compression) || !Enum.IsDefined(wanted.Holds)) return new(400, "A tag's compression is Zstd or Gzip, and it holds Latest or All.");
        if (chroots.Find(wanted.Chroot ?? "") is not { } chroot) return new(400, $"There is no chroot '{wanted.Chroot}' here; there are {chroots.Names}.");
        arches = wanted.Arches is { Count: > 0 } some ? [.. some.Distinct()] : [.. chroot.Arches.Where(arch => arch.Value.Buildroot is null).Select(arch => arch.Key)];
        var unknown = arches.Where(arch => !chroot.Arches.ContainsKey(arch)).ToList();
        return unknown.Count > 0
            ? new(400, $"Chroot '{chroot.Name}' has no {string.Join(", ", unknown)}; it has {string.Join(", ", chroot.Arches.Keys)}.")
            : null;
    }
}
