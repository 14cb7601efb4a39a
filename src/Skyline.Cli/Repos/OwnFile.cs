namespace Skyline.Cli.Repos;

/// <summary>A file that is never half written, and that, if it holds a secret, its owner alone can read from its first moment.</summary>
static class OwnFile
{
    public static void Write(string path, string text, bool secret)
    {
        var temporary = path + ".new";
        try
        {
            File.Delete(temporary);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (secret ? UnixFileMode.None : UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            using (var file = new FileStream(temporary, options))
                file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StopException(ExitCode.Usage, $"{path} cannot be written: {e.Message}");
        }
    }
}
