using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>An upstream repository whose states Skyline pins and whose packages it caches.</summary>
public sealed record External
{
    public long Id { get; init; }
    public required string Name { get; init; }
    public ExternalKind Kind { get; init; }
    /// <summary>As given, with dnf's variables in it.</summary>
    public required string Url { get; init; }
    public required string ReleaseVersion { get; init; }
    /// <summary>Armored public keys; empty: none were given.</summary>
    public required string Keys { get; init; }
    /// <summary>Where a chroot definition says that the keys are, on others' servers; one a line.</summary>
    public required string KeyUrls { get; init; }
    public bool SignedMetadata { get; init; }
    public int Priority { get; init; }
    /// <summary>The chroot whose definition names it; null for one that was added.</summary>
    public string? Chroot { get; init; }
    public string? ChrootRepo { get; init; }
    public bool Active { get; init; }
    public long CreatedAt { get; init; }

    /// <summary>What stands in a chroot definition is the administrator's own word: it may name this machine and its disk.</summary>
    public bool IsTrustedAddress => Chroot is not null && Kind == ExternalKind.BaseUrl;

    public bool IsOnThisDisk => IsTrustedAddress && Url.StartsWith("file:", StringComparison.Ordinal);

    const string Select = """
        SELECT id, name, kind, url, release_version AS ReleaseVersion, keys, key_urls AS KeyUrls, signed_metadata AS SignedMetadata, priority, chroot, chroot_repo AS ChrootRepo, active, created_at AS CreatedAt
        FROM externals
        """;

    public static External? Find(IDbConnection db, string name) => db.One<External>(Select + " WHERE name = @name", new { name });

    /// <returns>Null if it was removed.</returns>
    public static External? Of(IDbConnection db, long id) => db.One<External>(Select + " WHERE id = @id", new { id });

    public static IReadOnlyList<External> All(IDbConnection db) => db.All<External>(Select + " ORDER BY name");
}

/// <summary>A state of an external repository for one architecture: immutable, named by the hash of its repomd.xml.</summary>
public sealed record ExternalState
{
    public long Id { get; init; }
    public long ExternalId { get; init; }
    public required string Arch { get; init; }
    public required string Hash { get; init; }
    public required string IndexSha256 { get; init; }
    public int Packages { get; init; }
    public long Bytes { get; init; }
    public string? SignedBy { get; init; }
    public long PinnedAt { get; init; }

    /// <summary>The newest first; of one architecture, or of one hash, or all.</summary>
    public static IReadOnlyList<ExternalState> Of(IDbConnection db, long external, string? arch = null, string? hash = null) => db.All<ExternalState>("""
        SELECT s.id, s.external_id AS ExternalId, s.arch, s.hash, s.index_sha256 AS IndexSha256, s.packages, s.bytes, s.signed_by AS SignedBy, s.pinned_at AS PinnedAt
        FROM external_states s LEFT JOIN external_arches a ON a.state_id = s.id
        WHERE s.external_id = @external AND (@arch IS NULL OR s.arch = @arch) AND (@hash IS NULL OR s.hash = @hash)
        ORDER BY a.state_id IS NULL, s.id DESC
        """, new { external, arch, hash });
}

/// <summary>One architecture of an external repository, and how far it has come.</summary>
public sealed record WantedArch
{
    public long ExternalId { get; init; }
    public required string Arch { get; init; }
    public long? StateId { get; init; }
    public required string Mirrors { get; init; }
    public long? TriedAt { get; init; }
    public string? Fault { get; init; }

    public IReadOnlyList<string> MirrorList => Mirrors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    const string Select = "SELECT external_id AS ExternalId, arch, state_id AS StateId, mirrors, tried_at AS TriedAt, fault FROM external_arches";

    public static WantedArch? Find(IDbConnection db, long external, string arch) =>
        db.One<WantedArch>(Select + " WHERE external_id = @external AND arch = @arch", new { external, arch });

    public static IReadOnlyList<WantedArch> Of(IDbConnection db, long external) =>
        db.All<WantedArch>(Select + " WHERE external_id = @external ORDER BY arch", new { external });

    /// <summary>Of all that are asked for by the clock.</summary>
    public static IReadOnlyList<WantedArch> Active(IDbConnection db) =>
        db.All<WantedArch>(Select + " WHERE external_id IN (SELECT id FROM externals WHERE active = 1) ORDER BY tried_at IS NOT NULL, tried_at");
}
