using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>
/// Before the tables of a database are changed it is copied beside itself, so that whoever must go back to the earlier program can. One copy for
/// an upgrade, however often it is interrupted and goes on; the two newest stay.
/// </summary>
static class CopyBeforeUpgrade
{
    public const string Folder = "before-upgrade";
    const int Kept = 2;

    sealed record Copy(string Path, int From, int To);

    /// <param name="folder">The data folder.</param>
    /// <exception cref="InvalidOperationException">There is no room for it: nothing has been changed.</exception>
    public static void Make(SqliteConnection database, string folder, int from, int to)
    {
        var copies = Directory.CreateDirectory(Path.Combine(folder, Folder), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        foreach (var left in Directory.EnumerateFiles(copies, "*.part")) File.Delete(left);
        if (All(copies).Any(copy => copy.To == to && copy.From < from)) return;
        var name = Path.Combine(copies, string.Create(CultureInfo.InvariantCulture, $"schema-{from}-to-{to}.db"));
        var bytes = SizeOf(database);
        if (new DriveInfo(copies).AvailableFreeSpace is var free && free < bytes + bytes / 4)
            throw new InvalidOperationException($"The database is to be taken over from schema {from} to {to}, and is copied before: that takes {bytes >> 20} MiB and some more while it is changed, and the disk has {free >> 20} MiB. Nothing has been changed. Free space and start again; or, where a backup of now is elsewhere, start once with Skyline__CopyBeforeUpgrade=false.");
        Write(database, name + ".part");
        File.Move(name + ".part", name, overwrite: true);
        OnDisk.SyncFolder(copies);
    }

    /// <summary>Once the upgrade has come to its end.</summary>
    public static void ForgetOld(string folder)
    {
        var copies = Path.Combine(folder, Folder);
        if (!Directory.Exists(copies)) return;
        foreach (var old in All(copies).OrderByDescending(copy => (copy.To, copy.From)).Skip(Kept)) File.Delete(old.Path);
    }

    static long SizeOf(SqliteConnection database)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        return (long)command.ExecuteScalar()!;
    }

    static void Write(SqliteConnection database, string path)
    {
        using (new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite })) { }
        CopyDatabase.To(database, path);
    }

    static IEnumerable<Copy> All(string copies) => Directory.EnumerateFiles(copies, "schema-*-to-*.db").Select(path => (Path: path, Parts: Path.GetFileNameWithoutExtension(path).Split('-')))
        .Where(one => one.Parts is ["schema", _, "to", _] && int.TryParse(one.Parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _) && int.TryParse(one.Parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(one => new Copy(one.Path, int.Parse(one.Parts[1], CultureInfo.InvariantCulture), int.Parse(one.Parts[3], CultureInfo.InvariantCulture)));
}
