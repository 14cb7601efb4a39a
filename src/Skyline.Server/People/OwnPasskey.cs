using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>A passkey as its owner sees it.</summary>
public sealed record OwnPasskey(long Id, string Name, long CreatedAt, long? UsedAt)
{
    public static IReadOnlyList<OwnPasskey> All(IDbConnection db, long person) =>
        db.All<OwnPasskey>("SELECT id AS Id, name AS Name, created_at AS CreatedAt, used_at AS UsedAt FROM passkeys WHERE user_id = @person ORDER BY id", new { person });
}
