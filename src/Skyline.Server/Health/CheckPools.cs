using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>Whether pools can be grown and shrunk.</summary>
static class CheckPools
{
    sealed record Row
    {
        public required string Name { get; init; }
        public required string Trouble { get; init; }
    }

    public static IEnumerable<Finding> Look(IDbConnection db) => db.All<Row>("SELECT name AS Name, trouble AS Trouble FROM pools WHERE trouble IS NOT NULL ORDER BY name").Select(pool =>
        new Finding("pools", HealthState.Warning, $"Pool {pool.Name} neither grows nor shrinks as it should, and the builders that it has build on. {pool.Trouble}", $"See that the Swarm's manager runs and that this server may ask it (Skyline:Swarm:Host), and that the pool's stack is deployed. It goes on by itself then.", "/builders"));
}
