using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What tags say of their buildroots, and what else is kept with them, by key.</summary>
/// <param name="Value">Null: what is inherited by this key is hidden.</param>
sealed record TagSettingRow(long TagId, string Kind, string Key, string? Value)
{
    public TagSettingKind What => Enum.Parse<TagSettingKind>(Kind);

    /// <param name="moment">As of this event; null: now.</param>
    public static IReadOnlyList<TagSettingRow> Of(IDbConnection db, IReadOnlyList<long> tags, long? moment = null) => db.All<TagSettingRow>($"""
        SELECT tag_id AS TagId, kind AS Kind, key AS Key, value AS Value FROM tag_settings WHERE tag_id IN @tags AND {AsOf.Counts(moment)} ORDER BY kind, key
        """, new { tags, moment });

    /// <summary>Of each key the nearest tag's word, unless that hides it.</summary>
    /// <param name="config">The tag and those whose settings it takes, the nearest first.</param>
    public static IReadOnlyList<TagSettingRow> Effective(IReadOnlyList<long> config, IReadOnlyList<TagSettingRow> rows) =>
        [.. rows.InOrder(config, row => row.TagId).DistinctBy(row => (row.Kind, row.Key)).Where(row => row.Value is not null).OrderBy(row => row.Kind, StringComparer.Ordinal).ThenBy(row => row.Key, StringComparer.Ordinal)];
}

/// <summary>What a tag's buildroots have beside its chroot's.</summary>
/// <param name="Packages">Names, or "@group".</param>
/// <param name="Macros">By name; they win over the chroot's.</param>
public sealed record BuildrootSettings(IReadOnlyList<string> Packages, IReadOnlyDictionary<string, string> Macros)
{
    public static BuildrootSettings None { get; } = new([], new Dictionary<string, string>());

    internal static BuildrootSettings Of(IDbConnection db, long tag)
    {
        var config = Kin.Config(db, tag);
        var rows = TagSettingRow.Of(db, config);
        if (rows.Count == 0) return None;
        var effective = TagSettingRow.Effective(config, rows);
        return new([.. effective.Where(row => row.What == TagSettingKind.Build).Select(row => row.Key)], effective.Where(row => row.What == TagSettingKind.Macro).ToDictionary(row => row.Key, row => row.Value!));
    }

    /// <summary>The chroot with them: what buildroots of the tag are made by.</summary>
    internal Chroot In(Chroot chroot) => Packages.Count == 0 && Macros.Count == 0 ? chroot : chroot with
    {
        Packages = [.. chroot.Packages.Union(Packages)],
        Macros = chroot.Macros.Where(macro => !Macros.ContainsKey(macro.Key)).Concat(Macros).ToDictionary(),
    };
}
