using System.Text;
using Microsoft.AspNetCore.Authentication;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// Where repositories are served, who cannot send a token as dnf and zypper cannot sends it as a password (HTTP Basic), with whatever name.
/// Nowhere else: a browser sends a password by itself with whatever a page of another site has it ask for.
/// </summary>
static class RepoSignIn
{
    const int MostLetters = 1000;

    public const string Challenge = "Basic realm=\"Skyline repositories\", charset=\"UTF-8\"";

    public static readonly Refusal Refusal = new(401, "This asks who you are: send a token of yours that may read as the password, with any user name. `skyline repo TAG --with-token --output FILE` writes a .repo file that does. Programs may send `Authorization: Bearer …`.");

    public static bool IsFor(HttpRequest request) => (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && (request.Path.StartsWithSegments("/repos") || request.Path.StartsWithSegments("/external") || request.Path.StartsWithSegments("/keys") || request.Path.StartsWithSegments("/coprs"));

    /// <returns>Null: it is no such header.</returns>
    public static string? PasswordOf(string given)
    {
        Span<byte> bytes = stackalloc byte[MostLetters];
        if (given.Length > MostLetters || !Convert.TryFromBase64String(given.Trim(), bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes[..length]);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && colon < pair.Length - 1 ? pair[(colon + 1)..] : null;
    }

    /// <summary>
    /// What is not there for who has not said who they are may be there for somebody: they are asked, as for what is really not there, so
    /// that nothing is told by it. dnf and zypper show a password only when they are asked. Without private tags it is simply not there.
    /// </summary>
    public static IResult OrWhoAsks(this Refusal notThere) => new AskWho(notThere);

    sealed class AskWho(Refusal notThere) : IResult
    {
        public Task ExecuteAsync(HttpContext http) => http.User.Identity is not CallerIdentity && http.RequestServices.GetRequiredService<Database>().Readers.IsAnyPrivate
            ? http.ChallengeAsync() : notThere.AsResult().ExecuteAsync(http);
    }
}
