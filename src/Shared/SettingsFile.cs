namespace Skyline.Shared;

/// <summary>A file of settings on this machine, read once, at the start.</summary>
static class SettingsFile
{
    /// <param name="named">Whether somebody said that it is to be read; the usual file may be missing.</param>
    /// <param name="wrong">Each with its file and line, ready to be said.</param>
    public static IReadOnlyList<SettingLine> Read(string path, bool named, ICollection<string> wrong)
    {
        if (!File.Exists(path))
        {
            if (named) wrong.Add($"{path}: there is no such file. Name the one that the settings are in, or name none: then the usual one is read, where it is there.");
            return [];
        }
        try
        {
            if (new FileInfo(path).Length > SettingsText.Longest)
            {
                wrong.Add($"{path}: it is no file of settings, for it is larger than a megabyte.");
                return [];
            }
            var (settings, lines) = SettingsText.Read(File.ReadAllText(path));
            foreach (var line in lines) wrong.Add($"{path}, line {line.Line}: {line.Why}");
            if (WhyOpen(path, settings) is { } open) wrong.Add(open);
            return settings;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            wrong.Add($"{path}: it cannot be read: {e.Message} Whoever the program runs as must be allowed to.");
            return [];
        }
    }

    /// <summary>Who may write it says what the program does; a password in it is for nobody else's eyes.</summary>
    static string? WhyOpen(string path, IReadOnlyList<SettingLine> settings)
    {
        if (OperatingSystem.IsWindows()) return null;
        var mode = File.GetUnixFileMode(path);
        if ((mode & UnixFileMode.OtherWrite) != 0) return $"{path}: everybody on this machine can write it, and with it name what this program runs. See that what is in it is yours, then chmod 644 {path}";
        return (mode & UnixFileMode.OtherRead) != 0 && settings.FirstOrDefault(one => one.Key.EndsWith("Password", StringComparison.OrdinalIgnoreCase)) is { } secret
            ? $"{path}, line {secret.Line}: a password is in it, and everybody on this machine can read it. Choose another password, then chmod 640 {path} (and chgrp it to the group that the program runs as)." : null;
    }
}
