using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>A named set of builders. A target's builds go to those of its channel.</summary>
public sealed record Channel(long Id, string Name)
{
    /// <summary>What every builder and every target is in, unless said otherwise.</summary>
    public const string Default = "default";

    public static Channel? Find(IDbConnection db, string name) => db.One<Channel>("SELECT id AS Id, name AS Name FROM channels WHERE name = @name", new { name });

    public static IReadOnlyList<string> Names(IDbConnection db) => db.All<string>("SELECT name FROM channels ORDER BY name");

    public static Refusal None(string? name, int status = 404) => new(status, $"There is no channel '{name}'; `skyline channel list` shows those that there are, `skyline channel create` makes one.");
}
