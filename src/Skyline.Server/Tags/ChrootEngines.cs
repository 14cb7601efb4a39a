using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Which engine makes which chroot's buildroots, for claims: noted at every start, as the definitions are read at every start.</summary>
public static class ChrootEngines
{
    public static Task Note(Database database, Chroots chroots) => database.Write(tx =>
    {
        tx.Execute("DELETE FROM chroot_engines");
        foreach (var chroot in chroots.All) tx.Execute("INSERT INTO chroot_engines (chroot, engine) VALUES (@Name, @Needs)", new { chroot.Name, chroot.Needs });
    });
}
