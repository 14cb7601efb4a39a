using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Histories;

/// <summary>Whether a package builds in a tag, and since when.</summary>
/// <param name="GoodBuildId">The last that built.</param>
/// <param name="BadBuildId">The first that failed after it; null while it builds.</param>
sealed record PackageState(string Result, long Since, long LastBuildId, long? GoodBuildId, long? BadBuildId)
{
    public static PackageState? Find(IDbConnection db, long tag, string package) => db.One<PackageState>("""
        SELECT result AS Result, since AS Since, last_build_id AS LastBuildId, good_build_id AS GoodBuildId, bad_build_id AS BadBuildId FROM package_states WHERE tag_id = @tag AND package = @package
        """, new { tag, package });

    /// <summary>After one build more, purely; null if that one says nothing.</summary>
    public static PackageState? Next(PackageState? before, PackageResult result, long build, long at) => (result, before) switch
    {
        (PackageResult.Unknown, _) => null,
        (PackageResult.Good, { Result: nameof(PackageResult.Good) }) => before with { LastBuildId = build, GoodBuildId = build },
        (PackageResult.Good, _) => new(nameof(PackageResult.Good), at, build, build, null),
        (_, { Result: nameof(PackageResult.Bad) }) => before with { LastBuildId = build },
        _ => new(nameof(PackageResult.Bad), at, build, before?.GoodBuildId, build),
    };

    public void Keep(IDbTransaction tx, long tag, string package) => tx.Execute("""
        INSERT INTO package_states (tag_id, package, result, since, last_build_id, good_build_id, bad_build_id) VALUES (@tag, @package, @Result, @Since, @LastBuildId, @GoodBuildId, @BadBuildId)
        ON CONFLICT (tag_id, package) DO UPDATE SET result = excluded.result, since = excluded.since, last_build_id = excluded.last_build_id, good_build_id = excluded.good_build_id, bad_build_id = excluded.bad_build_id
        """, new { tag, package, Result, Since, LastBuildId, GoodBuildId, BadBuildId });
}
