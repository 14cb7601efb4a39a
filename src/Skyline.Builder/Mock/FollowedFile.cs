namespace Skyline.Builder;

/// <summary>A log that another process writes, read as far as it is: opened anew each time, for it may not be there yet, and never through a link.</summary>
sealed class FollowedFile(string path)
{
    const int Most = 1 << 20;
    long at;

    /// <returns>What has come since, at most a mebibyte; empty when that is all.</returns>
    public byte[] Next()
    {
        using var file = Libc.OpenRegular(path);
        if (file is null || file.Length <= at) return [];
        file.Position = at;
        var bytes = new byte[Math.Min(file.Length - at, Most)];
        file.ReadExactly(bytes);
        at += bytes.Length;
        return bytes;
    }
}

/// <summary>The same, line by line; a line that has no end yet waits for it.</summary>
sealed class FollowedLines(string path)
{
    const int LongestLine = 4096;
    readonly FollowedFile file = new(path);
    readonly System.Text.StringBuilder line = new();

    public IEnumerable<string> Next()
    {
        for (byte[] bytes; (bytes = file.Next()).Length > 0;)
        {
            foreach (var letter in System.Text.Encoding.Latin1.GetString(bytes))
            {
                if (letter != '\n')
                {
                    if (line.Length < LongestLine) line.Append(letter);
                    continue;
                }
                yield return line.ToString();
                line.Clear();
            }
        }
    }
}
