namespace Skyline.Cli;

/// <summary>A file that is named on the command line.</summary>
static class GivenFile
{
    /// <exception cref="StopException">It cannot be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"{path} cannot be read: {e.Message}");
        }
    }
}
