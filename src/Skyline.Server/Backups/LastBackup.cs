using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Backups;

/// <summary>Which backup was the last that came to its end, whoever made it: in a file of the data folder, for whoever cannot read the database any more.</summary>
static class LastBackup
{
    const string FileName = "last-backup.json";

    public static void Note(string data, BackupMade made)
    {
        var file = Path.Combine(data, FileName);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(made, SkylineJson.Default.BackupMade));
        File.Move(file + ".new", file, overwrite: true);
    }

    public static BackupMade? Of(string data)
    {
        try
        {
            return File.Exists(Path.Combine(data, FileName)) ? JsonSerializer.Deserialize(File.ReadAllText(Path.Combine(data, FileName)), SkylineJson.Default.BackupMade) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The cure of what cannot be mended otherwise.</summary>
    public static string HowToRestore(string data) => Of(data) switch
    {
        null => "`skyline-server restore BACKUPS`",
        var last => $"`skyline-server restore {last.Folder}` (the last is of {last.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC)",
    };
}
