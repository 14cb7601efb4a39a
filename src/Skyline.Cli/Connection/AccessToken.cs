using System.Text;

namespace Skyline.Cli.Connection;

/// <summary>A token as users hand it over: in a file, on standard input, or typed.</summary>
static class AccessToken
{
    const int Longest = 4096;

    /// <summary>The first line of a file; "-" is standard input.</summary>
    public static string FromFile(string path, TextReader standardInput)
    {
        if (path == "-") return Check(standardInput.ReadLine() ?? "", "standard input");
        try
        {
            using var file = new StreamReader(path, Encoding.UTF8);
            var text = new char[Longest + 1];
            var read = file.ReadBlock(text);
            return Check(new string(text, 0, read).Split('\n')[0], path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"The token file {path} cannot be read: {e.Message}");
        }
    }

    /// <param name="from">Where it came from, for the sentence.</param>
    public static string Check(string token, string from)
    {
        token = token.Trim();
        return token.Length switch
        {
            0 => throw StopException.Usage($"There is no token in {from}; a server writes its first one to admin.token in its data folder."),
            > Longest => throw StopException.Usage($"What is in {from} is too long for a token; is it the right file?"),
            _ when token.Any(c => c is <= ' ' or > '~') => throw StopException.Usage($"What is in {from} is no token: it has characters that no token has."),
            _ => token,
        };
    }
}
