namespace Skyline.Builder;

/// <summary>Overlay mounts below the agent's folder.</summary>
static class Mounts
{
    /// <exception cref="BuilderBrokeException">The kernel, or a container around the agent, does not let it.</exception>
    public static Task Overlay(string lower, string upper, string work, string at, CancellationToken ct) =>
        Child.Must(["mount", "-t", "overlay", "-o", $"lowerdir={lower},upperdir={upper},workdir={work}", "overlay", at], $"Mounting an overlay at {at}", ct);

    public static async Task Unmount(string at)
    {
        if (IsMounted(at)) await Child.Must(["umount", "--lazy", "--", at], $"Unmounting {at}", CancellationToken.None);
    }

    public static bool IsMounted(string at) => All().Contains(at);

    /// <summary>Mount points below a folder, the deepest first. Not the folder itself: an operator may have mounted a disk there.</summary>
    public static IReadOnlyList<string> Below(string folder) =>
        [.. All().Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)).OrderByDescending(path => path.Length)];

    static IEnumerable<string> All() => File.ReadLines("/proc/self/mountinfo").Select(line => Unescape(line.Split(' ')[4]));

    /// <summary>Can overlays be made here? Answered by making one.</summary>
    public static async Task<bool> OverlayWorks(string scratch, CancellationToken ct)
    {
        if (!Libc.IsRoot) return false;
        var names = new[] { "lower", "upper", "work", "root" }.Select(name => Directory.CreateDirectory(Path.Combine(scratch, name)).FullName).ToArray();
        try
        {
            await Overlay(names[0], names[1], names[2], names[3], ct);
            return true;
        }
        catch (BuilderBrokeException)
        {
            return false;
        }
    }

    /// <summary>mountinfo writes space, tab, newline and backslash as octal.</summary>
    static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
