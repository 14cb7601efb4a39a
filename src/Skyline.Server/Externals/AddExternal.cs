using System.Data;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Externals;

/// <summary>Makes an upstream repository known, and begins to pin it at once: a mistyped address shows now, not with the first build.</summary>
public sealed partial class AddExternal(Database database, RefreshExternal refresh, Bells bells, TimeProvider time)
{
    const int MostKeyLetters = 256 << 10, MostArches = 20;

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Add(NewExternal wanted, CancellationToken ct)
    {
        if (Refuse(wanted) is { } refusal) return refusal;
        // What stands beside the keys is nobody else's business.
        wanted = wanted with { Keys = string.IsNullOrWhiteSpace(wanted.Keys) ? "" : TrustedKeys.Read(wanted.Keys).Armored };
        var arches = wanted.Arches is { Count: > 0 } given ? [.. given.Distinct()] : database.Read(BuildersArches);
        if (arches.Count == 0) return new(400, "Say which architectures to pin (--arch): no builder has told yet what this server builds for.");
        if (await database.Write(tx => Insert(tx, wanted, arches, time.Stamp()), ct) is not { } id) return new(409, $"There is an external repository '{wanted.Name}' already; remove it first, or choose another name.");
        foreach (var arch in arches) refresh.Begin(id, arch);
        bells.Ring(Bells.Externals);
        return null;
    }

    static Refusal? Refuse(NewExternal wanted)
    {
        if (!Names.IsGood(wanted.Name)) return new(400, $"An external repository cannot be called '{wanted.Name}': a name is {Names.Rule}.");
        if (!Enum.IsDefined(wanted.Kind)) return new(400, "An external repository's kind is BaseUrl, Metalink or MirrorList.");
        if (UpstreamAddress.WhyBad(wanted.Url ?? "", wanted.Kind) is { } why) return new(400, $"'{wanted.Url}' cannot be an external repository's address: {why}.");
        if (UpstreamAddress.UsesReleaseVersion(wanted.Url!) && string.IsNullOrEmpty(wanted.ReleaseVersion)) return new(400, "The address has $releasever in it; say what that is (--releasever).");
        if (wanted.ReleaseVersion is { } version && !Word().IsMatch(version)) return new(400, $"'{version}' cannot be a release's version: it is letters, digits, '.', '_' and '-', up to 50.");
        if (wanted.Priority is < 1 or > 9999) return new(400, "A priority is a number from 1 to 9999; a lower one wins.");
        if (wanted.Arches is { } arches && (arches.Count > MostArches || arches.Any(arch => arch is null || !Word().IsMatch(arch)))) return new(400, "An architecture is a word such as x86_64, and there are not that many.");
        return WhyBadKeys(wanted);
    }

    static Refusal? WhyBadKeys(NewExternal wanted)
    {
        if (string.IsNullOrWhiteSpace(wanted.Keys)) return wanted.SignedMetadata ? new(400, "Metadata that must be signed needs a key that it is signed with (--key FILE).") : null;
        if (wanted.Keys.Length > MostKeyLetters) return new(413, $"The keys are larger than {MostKeyLetters >> 10} KiB together, so they are more than keys.");
        try
        {
            TrustedKeys.Read(wanted.Keys);
            return null;
        }
        catch (FormatException fault)
        {
            return new(400, $"The keys cannot be used: {fault.Message}");
        }
    }

    /// <summary>Of one that no build has needed yet: wanted for what the builders build for.</summary>
    public static IReadOnlyList<WantedArch> WantBuildersArches(IDbTransaction tx, long external)
    {
        if (WantedArch.Of(tx.Connection!, external).Count == 0) Want(tx, external, BuildersArches(tx.Connection!));
        return WantedArch.Of(tx.Connection!, external);
    }

    static void Want(IDbTransaction tx, long external, IReadOnlyList<string> arches)
    {
        foreach (var arch in arches) tx.Execute("INSERT INTO external_arches (external_id, arch) VALUES (@external, @arch)", new { external, arch });
    }

    static IReadOnlyList<string> BuildersArches(IDbConnection db) =>
        db.All<string>("SELECT DISTINCT a.arch FROM builder_arches a JOIN builders b ON b.id = a.builder_id WHERE b.enabled = 1 ORDER BY a.arch");

    static long? Insert(IDbTransaction tx, NewExternal wanted, IReadOnlyList<string> arches, long now)
    {
        var id = tx.One<long?>("""
            INSERT INTO externals (name, kind, url, release_version, keys, signed_metadata, priority, created_at)
            VALUES (@Name, @kind, @Url, @version, @Keys, @SignedMetadata, @Priority, @now) ON CONFLICT DO NOTHING RETURNING id
            """, new { wanted.Name, kind = wanted.Kind.ToString(), wanted.Url, version = wanted.ReleaseVersion ?? "", wanted.Keys, wanted.SignedMetadata, wanted.Priority, now });
        if (id is not { } added) return null;
        Want(tx, added, arches);
        tx.Note("added", $"external {wanted.Name}", after: new { Kind = wanted.Kind.ToString(), wanted.Url, wanted.ReleaseVersion, wanted.SignedMetadata, wanted.Priority, arches, Keys = wanted.Keys is { Length: > 0 } keys ? TrustedKeys.Read(keys).Armored.Length : 0 }, id: added);
        return id;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,49}\z")]
    private static partial Regex Word();
}
