using System.Text.Json;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Connection;

/// <summary>The server and token of the last `skyline login`, in skyline/config.json under $XDG_CONFIG_HOME or ~/.config.</summary>
/// <param name="Authority">In PEM: what the server's certificate must be of; null: what this machine trusts.</param>
sealed record SavedLogin(string Server, string Token, string? Authority = null)
{
    const int Largest = 64 << 10;

    public static SavedLogin? Load(Surroundings world)
    {
        var path = PathOf(world);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > Largest) throw new JsonException();
            return JsonSerializer.Deserialize(file, CliJson.Default.SavedLogin) is { Server: not null, Token: not null } login ? login : throw new JsonException();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            throw StopException.Usage($"{path} is not what `skyline login` writes; log in again, or remove it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"The saved login cannot be read: {e.Message}");
        }
    }

    /// <summary>Written beside and renamed: the file is never half there, and never readable to others.</summary>
    /// <returns>Where it is.</returns>
    public string Save(Surroundings world)
    {
        var path = PathOf(world);
        var beside = $"{path}.{Environment.ProcessId}.new";
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            else Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Delete(beside);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(beside, options))
            {
                JsonSerializer.Serialize(file, this, CliJson.Default.SavedLogin);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"The login cannot be saved: {e.Message}");
        }
    }

    static string PathOf(Surroundings world)
    {
        // As the XDG specification has it, a relative path there counts as none.
        if (world.Env("XDG_CONFIG_HOME") is { } xdg && Path.IsPathRooted(xdg)) return Path.Combine(xdg, "skyline", "config.json");
        var home = world.Env("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home is "" ? throw StopException.Usage("There is no home folder to keep a login in; set XDG_CONFIG_HOME, or use SKYLINE_SERVER and SKYLINE_TOKEN.") : Path.Combine(home, ".config", "skyline", "config.json");
    }
}
