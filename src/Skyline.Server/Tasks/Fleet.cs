using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tasks;

/// <summary>What decides who can take a run: the same for all that stand in it.</summary>
sealed record Line
{
    public long Id { get; init; }
    public long BuildTagId { get; init; }
    public long ChannelId { get; init; }
    public required string Hosts { get; init; }
    public required string Repos { get; init; }
    /// <summary>What a builder must have; null: the chroot is not known here any more.</summary>
    public string? Engine { get; init; }
    /// <summary>Built as an earlier run was: nothing needs to be pinned.</summary>
    public bool IsLocked { get; init; }
    public required string LostBy { get; init; }

    IReadOnlyList<long>? losers;
    /// <summary>Builders that have lost the task.</summary>
    public IReadOnlyList<long> Losers => losers ??= LostBy.Length == 0 ? [] : [.. LostBy.Split(',').Select(long.Parse)];
}

sealed record FleetBuilder
{
    public long Id { get; init; }
    public int Weight { get; init; }
    public int Slots { get; init; }
    /// <summary>The version of the contract that it speaks.</summary>
    public int Protocol { get; init; }
    /// <summary>Enabled, and nothing keeps it from work.</summary>
    public bool IsWilling { get; init; }
}

/// <param name="HostArch">The builder's architecture that the run goes with.</param>
/// <param name="IsForeign">It would emulate it.</param>
sealed record Fit(string HostArch, bool IsForeign);

/// <summary>
/// Who can build what, as it was worked out at one revision of it (table fleet: triggers let it grow with whatever changes it). For use
/// within one transaction at a time.
/// </summary>
sealed class Fleet
{
    readonly Dictionary<long, FleetBuilder> builders;
    readonly ILookup<long, ArchRow> arches;
    readonly ILookup<long, string> engines;
    readonly ILookup<long, long> channels;
    readonly HashSet<(long External, string Arch)> pinned;
    readonly Dictionary<long, Line?> lines = [];
    readonly Dictionary<(long Tag, string Repos), IReadOnlyList<long>> externals = [];
    readonly Dictionary<(long Line, long Builder), Fit?> fits = [];
    readonly Dictionary<long, string> kinds = [];
    readonly IReadOnlyList<long> nobody = [];

    public long Revision { get; }

    Fleet(IDbConnection db, long revision)
    {
        Revision = revision;
        builders = db.All<FleetBuilder>("SELECT id AS Id, weight AS Weight, slots AS Slots, protocol AS Protocol, enabled = 1 AND no_work IS NULL AS IsWilling FROM builders").ToDictionary(builder => builder.Id);
        arches = db.All<ArchRow>("SELECT builder_id AS BuilderId, arch AS Name, is_foreign AS IsForeign FROM builder_arches").ToLookup(arch => arch.BuilderId);
        engines = db.All<PairRow>("SELECT builder_id AS One, engine AS Other FROM builder_engines").ToLookup(row => row.One, row => row.Other);
        channels = db.All<MemberRow>("SELECT channel_id AS Channel, builder_id AS Builder FROM channel_builders").ToLookup(row => row.Builder, row => row.Channel);
        pinned = [.. db.All<PairRow>("SELECT external_id AS One, arch AS Other FROM external_arches WHERE state_id IS NOT NULL").Select(row => (row.One, row.Other))];
    }

    sealed record ArchRow
    {
        public long BuilderId { get; init; }
        public required string Name { get; init; }
        public bool IsForeign { get; init; }
    }

    sealed record PairRow
    {
        public long One { get; init; }
        public required string Other { get; init; }
    }

    sealed record MemberRow
    {
        public long Channel { get; init; }
        public long Builder { get; init; }
    }

    /// <summary>As it stands: the known one, if nothing has changed since.</summary>
    public static Fleet Of(IDbConnection db, Fleet? known) =>
        db.One<long>("SELECT revision FROM fleet") is var revision && known?.Revision == revision ? known : new(db, revision);

    public FleetBuilder? Builder(long id) => builders.GetValueOrDefault(id);

    public IEnumerable<FleetBuilder> Builders => builders.Values;

    /// <summary>Builders of one kind can build the same.</summary>
    public string Kind(long builder) => kinds.TryGetValue(builder, out var known) ? known : kinds[builder] = string.Join(' ',
    [
        .. arches[builder].Select(arch => $"{arch.Name}{(arch.IsForeign ? "~" : "")}").Order(StringComparer.Ordinal),
        .. engines[builder].Select(engine => $"+{engine}").Order(StringComparer.Ordinal),
        .. channels[builder].Select(channel => $"@{channel}").Order(StringComparer.Ordinal),
        Builder(builder)?.Protocol is > 1 and var protocol ? $"v{protocol}" : "",
    ]);

    /// <returns>Null: its target is gone.</returns>
    public Line? Line(IDbConnection db, long id)
    {
        if (lines.TryGetValue(id, out var known)) return known;
        return lines[id] = db.One<Line>("""
            SELECT n.id AS Id, d.build_tag_id AS BuildTagId, d.channel_id AS ChannelId, n.hosts AS Hosts, n.repos AS Repos, coalesce(nullif(n.needs, ''), k.engine) AS Engine, n.needs <> '' AS IsLocked, n.lost_by AS LostBy
            FROM lines n JOIN targets d ON d.id = n.target_id JOIN tags g ON g.id = d.build_tag_id LEFT JOIN chroot_engines k ON k.chroot = g.chroot WHERE n.id = @id
            """, new { id });
    }

    /// <summary>How a builder can take a line's runs, had it time; null: it cannot.</summary>
    public Fit? Fit(IDbConnection db, Line line, long builder)
    {
        if (fits.TryGetValue((line.Id, builder), out var known)) return known;
        return fits[(line.Id, builder)] = WorkOut(db, line, builder);
    }

    Fit? WorkOut(IDbConnection db, Line line, long builder)
    {
        if (line.Engine is null || !channels[builder].Contains(line.ChannelId) || !engines[builder].Contains(line.Engine)) return null;
        var hosts = line.Hosts.Split(',');
        if (hosts.Contains(Sources.SubmitSource.Arch) && Builder(builder) is not { Protocol: >= Sources.SubmitSource.Protocol }) return null;
        var arch = arches[builder].Where(arch => hosts.Contains(arch.Name)).OrderBy(arch => arch.IsForeign).ThenBy(arch => arch.Name, StringComparer.Ordinal).FirstOrDefault();
        return arch is null || !Externals(db, line).All(external => pinned.Contains((external, arch.Name))) ? null : new(arch.Name, arch.IsForeign);
    }

    /// <summary>The external repositories that its buildroots are made of.</summary>
    public IReadOnlyList<long> Externals(IDbConnection db, Line line)
    {
        if (line.IsLocked) return nobody;
        if (externals.TryGetValue((line.BuildTagId, line.Repos), out var known)) return known;
        var own = line.Repos.Length == 0 ? [] : line.Repos.Split(',').Select(long.Parse);
        return externals[(line.BuildTagId, line.Repos)] = [.. db.All<long>("SELECT external_id FROM tag_needs WHERE tag_id = @BuildTagId", line).Union(own)];
    }
}
