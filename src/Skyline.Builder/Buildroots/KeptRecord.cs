using System.Text.Json;

namespace Skyline.Builder;

/// <summary>What is written beside a kept buildroot.</summary>
/// <param name="Base">Key of the buildroot it lies over; null for one that stands alone.</param>
/// <param name="BootId">The boot it was made in. After another one it is trusted only if it had reached the disk (Synced).</param>
sealed record KeptRecord(string? Base, long Bytes, int Packages, string BootId)
{
    public static string ThisBoot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public void Write(string folder)
    {
        var making = PathIn(folder) + ".part";
        File.WriteAllBytes(making, JsonSerializer.SerializeToUtf8Bytes(this, BuilderJson.Default.KeptRecord));
        File.Move(making, PathIn(folder), overwrite: true);
    }

    /// <returns>null for a folder that holds no whole buildroot.</returns>
    public static KeptRecord? Read(string folder)
    {
        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(folder)), BuilderJson.Default.KeptRecord);
            return record is not null && (record.BootId == ThisBoot || File.Exists(SyncedIn(folder))) ? record : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Counts what is kept beside a buildroot as part of it; whoever calls holds it.</summary>
    public static void Grow(string folder, long bytes)
    {
        if (Read(folder) is not { } record) return;
        (record with { Bytes = record.Bytes + bytes }).Write(folder);
    }

    public static string SyncedIn(string folder) => Path.Combine(folder, "synced");
    static string PathIn(string folder) => Path.Combine(folder, "buildroot.json");
}
