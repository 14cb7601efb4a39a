using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

/// <summary>A pool's row.</summary>
sealed record Pool
{
    public long Id { get; init; }
    public required string Name { get; init; }
    public long ChannelId { get; init; }
    public required string Channel { get; init; }
    public required string Arches { get; init; }
    public required string Service { get; init; }
    public int Least { get; init; }
    public int Most { get; init; }
    public int Slots { get; init; }
    public int IdleSeconds { get; init; }
    public bool IsOpen { get; init; }
    public int Wanted { get; init; }
    public long WantedAt { get; init; }
    public string? Why { get; init; }
    public string? Trouble { get; init; }
    public required string Ending { get; init; }

    public string[] ArchList => Arches.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    const string Select = """
        SELECT p.id AS Id, p.name AS Name, p.channel_id AS ChannelId, c.name AS Channel, p.arches AS Arches, p.service AS Service, p.least AS Least, p.most AS Most, p.slots AS Slots,
          p.idle_seconds AS IdleSeconds, p.token_sha256 IS NOT NULL AS IsOpen, p.wanted AS Wanted, p.wanted_at AS WantedAt, p.why AS Why, p.trouble AS Trouble, p.ending AS Ending
        FROM pools p JOIN channels c ON c.id = p.channel_id
        """;

    public static IReadOnlyList<Pool> All(IDbConnection db) => db.All<Pool>(Select + " ORDER BY p.name");

    public static Pool? Find(IDbConnection db, string name) => db.One<Pool>(Select + " WHERE p.name = @name", new { name });

    public static Pool? OfToken(IDbConnection db, string hash) => db.One<Pool>(Select + " WHERE p.token_sha256 = @hash", new { hash });

    public static Refusal None(string name) => new(404, $"There is no pool '{name}'; `skyline pool list` shows those that there are.");

    public PoolDetails OnTheWire(IDbConnection db) => new(Name, Channel, ArchList, Service.Length > 0 ? Service : null, Least, Most, Slots, IdleSeconds, IsOpen, Wanted, Why, Trouble,
        db.All<string>("SELECT name FROM builders WHERE pool_id = @Id AND removed_at IS NULL ORDER BY name", this),
        db.All<string>("SELECT name FROM builders WHERE pool_id = @Id AND removed_at IS NULL AND leaving = 1 ORDER BY name", this));
}
