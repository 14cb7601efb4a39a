using Dapper;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Notes at start which engine each chroot needs, where statements that choose among builders can see it.</summary>
static class ChrootEngines
{
    public static Task Note(Database database, Chroots chroots, CancellationToken ct) => database.Write(tx =>
    {
        tx.Execute("DELETE FROM chroot_engines");
        foreach (var chroot in chroots.All) tx.Execute("INSERT INTO chroot_engines (chroot, engine) VALUES (@Name, @Engine)", new { chroot.Name, chroot.Engine });
        return true;
    }, ct);
}
