using System.Text;

namespace Skyline.Protocol;

/// <summary>A tag's `.repo` file for a machine that has to say who it is. Whoever keeps it keeps a secret: mode 0600.</summary>
public static class SignedInRepoFile
{
    /// <summary>Writes name and token into each of the file's repositories, as `username=` and `password=`.</summary>
    /// <param name="repoFile">As the server gives it.</param>
    /// <param name="user">The person's name; the server looks at the token alone.</param>
    /// <param name="token">One that may read, and preferably nothing else.</param>
    public static string Of(string repoFile, string user, string token)
    {
        var text = new StringBuilder();
        foreach (var line in repoFile.TrimEnd('\n').Split('\n'))
        {
            text.Append(line).Append('\n');
            if (line.StartsWith('[')) text.Append("username=").Append(user).Append("\npassword=").Append(token).Append('\n');
        }
        return text.ToString();
    }
}
