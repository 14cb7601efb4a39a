using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What a tag is: its chroot, its architectures, how its metadata is compressed, what it holds, what may go into it.</summary>
static class ChangeSettings
{
    const int LongestDescription = 1000;

    public static Planned Plan(IDbConnection db, Chroots chroots, string name, TagSettings wanted)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (wanted is { Compression: { } one } && !Enum.IsDefined(one) || wanted is { Holds: { } other } && !Enum.IsDefined(other))
            return Planned.Refuse(400, "A tag's compression is Zstd or Gzip, and it holds Latest or All.");
        if (WhyNotDescription(wanted.Description) is { } bad) return Planned.Refuse(400, bad);
        if (wanted.Chroot is { } named && chroots.Find(named) is null) return Planned.Refuse(400, $"There is no chroot '{named}' here; there are {chroots.Names}.");
        if (wanted.SecondPerson == true && db.One<bool>("SELECT owner_id IS NOT NULL FROM tags WHERE id = @Id", new { tag.Id })) return Planned.Refuse(409, $"'{name}' is somebody's own tag, whose owner alone decides about it; a second person is for tags that are nobody's own.");
        if (WhyNotArches(chroots, tag, wanted) is { } why) return new Planned.Refused(why);
        var after = tag with
        {
            Chroot = wanted.Chroot ?? tag.Chroot, Compression = wanted.Compression is { } given ? Enum.Parse<MetadataCompression>(given.ToString()) : tag.Compression, HoldsAll = wanted.Holds is { } holds ? holds == TagHolds.All : tag.HoldsAll,
            Description = wanted.Description?.Trim() ?? tag.Description, Locked = wanted.Locked ?? tag.Locked, DemandsListed = wanted.DemandsListed ?? tag.DemandsListed, SecondPerson = wanted.SecondPerson ?? tag.SecondPerson,
            InheritsArches = wanted.InheritsArches ?? (wanted.Arches is null && tag.InheritsArches), Private = wanted.Private ?? tag.Private, Closed = wanted.Closed ?? tag.Closed,
        };
        after = after with { Arches = after.InheritsArches ? Tag.InheritedArches(db, tag.Id) : wanted.Arches is { Count: > 0 } arches ? [.. arches.Distinct()] : Tag.OwnArches(db, tag.Id) };
        if (KeptPrivate.WhyNot(db, tag, after) is { } known) return new Planned.Refused(known);
        var another = after.Chroot == tag.Chroot ? null : ChangeChroot.Of(chroots, tag, after);
        if (another?.WhyNot is { } lacks) return new Planned.Refused(lacks);
        string[] changed = [.. Changed(tag, after)];
        return changed.Length == 0 ? new Planned.Acts([]) : new Planned.Acts([new TagAct.Set(tag, after, string.Join("; ", changed), another?.Hosts)], [.. another?.Notes(db) ?? [], .. Guards(db, tag, after)]);
    }

    static IEnumerable<string> Guards(IDbConnection db, Tag before, Tag after)
    {
        if (!after.SecondPerson || before.SecondPerson) yield break;
        var from = db.All<string>("SELECT t.name FROM tag_kin k JOIN tags t ON t.id = k.from_id WHERE k.tag_id = @Id AND k.from_id <> @Id ORDER BY t.name", new { before.Id });
        if (from.Count > 0) yield return $"What goes into a tag that it inherits from is in it too, so that needs a second person as well: {string.Join(", ", from.Take(10).Select(name => $"'{name}'"))}{(from.Count > 10 ? $" and {from.Count - 10} more" : "")}.";
    }

    static IEnumerable<string> Changed(Tag before, Tag after)
    {
        if (after.Chroot != before.Chroot) yield return $"built from the chroot {after.Chroot}";
        if (after.Compression != before.Compression) yield return $"metadata is compressed with {after.Compression.ToString().ToLowerInvariant()}";
        if (after.HoldsAll != before.HoldsAll) yield return after.HoldsAll ? "holds all builds" : "holds the latest builds";
        if (after.InheritsArches && !before.InheritsArches) yield return "inherits its architectures";
        else if (after.InheritsArches != before.InheritsArches || !after.Arches.SequenceEqual(before.Arches)) yield return $"has the architectures {string.Join(", ", after.Arches)}";
        if (after.Description != before.Description) yield return after.Description.Length == 0 ? "description removed" : "described anew";
        if (after.DemandsListed != before.DemandsListed) yield return after.DemandsListed ? "takes listed packages only" : "takes packages that are not listed";
        if (after.SecondPerson != before.SecondPerson) yield return after.SecondPerson ? "changes only when a second person agrees" : "changes without a second person";
        if (after.Private != before.Private) yield return after.Private ? "made private" : "made public";
        if (after.Closed != before.Closed) yield return after.Closed ? "closed: who is named builds, tags and promotes into it" : "open";
        if (after.Locked != before.Locked) yield return after.Locked ? "locked" : "unlocked";
    }

    internal static string? WhyNotDescription(string? text) =>
        text is { Length: > LongestDescription } ? $"A description has up to {LongestDescription} letters." : text?.Any(letter => char.IsControl(letter) && letter != '\n') == true ? "A description is plain text." : null;

    static Refusal? WhyNotArches(Chroots chroots, Tag tag, TagSettings wanted)
    {
        if (wanted.InheritsArches == true && wanted.Arches is { Count: > 0 }) return new(400, "A tag has architectures of its own or inherits them, not both.");
        if (wanted.Arches is not { } arches) return null;
        if (arches.Count is 0 or > 20) return new(400, "Name one architecture or several.");
        if (chroots.Find(wanted.Chroot ?? tag.Chroot) is not { } chroot) return new(409, $"'{tag.Name}' is built from the chroot {tag.Chroot}, which this server does not know any more; give it another: skyline tag set {tag.Name} --chroot CHROOT.");
        return arches.Where(arch => arch is null || !chroot.Arches.ContainsKey(arch)).ToList() is { Count: > 0 } unknown
            ? new(400, $"Chroot '{chroot.Name}' has no {string.Join(", ", unknown)}; it has {string.Join(", ", chroot.Arches.Keys)}.")
            : null;
    }
}
