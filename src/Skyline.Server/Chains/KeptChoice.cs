using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Chains;

/// <summary>A source package that a person sent ahead, as pages name it: by the beginning of its hash, for a page's address holds many.</summary>
public sealed record KeptChoice(string Sha256, string Nvr)
{
    public const int Most = 250, ShortLength = 16;

    public string Short => Sha256[..ShortLength];

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<KeptChoice> Of(IDbConnection db, long person) =>
        db.All<KeptChoice>("SELECT srpm_sha256 AS Sha256, nvr AS Nvr FROM kept_sources WHERE person_id = @person ORDER BY kept_at DESC, nvr LIMIT @Most", new { person, Most });

    /// <summary>Of those that somebody sent, whole hashes of what a form names; in the form's order.</summary>
    public static IReadOnlyList<string> Picked(IReadOnlyList<KeptChoice> kept, IReadOnlyList<string> picked) => [.. picked.Distinct().Select(one => kept.FirstOrDefault(known => known.Short == one)?.Sha256).OfType<string>()];

    public static NewChain Chain(string target, IReadOnlyList<KeptChoice> kept, IReadOnlyList<string> picked, bool scratch) =>
        new(target, [[.. kept.Where(one => picked.Contains(one.Short)).OrderBy(one => one.Nvr, StringComparer.Ordinal).Select(one => one.Sha256)]], Scratch: scratch, Auto: true);
}
