using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>How a forge speaks to a hook: its headers, its signature, its words, by its documentation.</summary>
abstract class Voice
{
    public const string Zero = "0000000000000000000000000000000000000000";

    public static readonly Voice[] All = [new GitHubVoice(), new GitLabVoice(), new ForgejoVoice(), new GiteaVoice(), new PagureVoice()];

    public static Voice Of(Forge forge) => All.First(voice => voice.Forge == forge);

    public abstract Forge Forge { get; }

    /// <summary>The address that the payload gives for a repository at this one.</summary>
    public required string Repository { get; set; }

    protected string Path => new Uri(Repository).AbsolutePath.Trim('/');

    protected string Host => Repository[..^(Path.Length + 1)];

    protected string Owner => Path.Contains('/', StringComparison.Ordinal) ? Path.Split('/')[0] : "rpms";

    protected string Name => Path.Split('/')[^1];

    /// <summary>The event's name in the header, and its body.</summary>
    public abstract (string Event, string Body) Push(string branch, string commit, string? before, params string[] files);

    /// <summary>A push whose payload does not list all that was changed.</summary>
    public abstract (string Event, string Body) LargePush(string branch, string commit, string before);

    public abstract (string Event, string Body) DeleteBranch(string branch, string before);

    public abstract (string Event, string Body) Tag(string tag, string commit);

    /// <summary>As when somebody asks for a test; null: this forge has none of its own.</summary>
    public abstract (string Event, string Body)? Ping(string commit);

    public abstract (string Event, string Body) Opened(long number, string commit, bool fromFork = true);

    public abstract (string Event, string Body) Updated(long number, string commit, bool fromFork = true);

    public abstract (string Event, string Body) Closed(long number, string commit);

    /// <param name="id">What the forge calls this delivery.</param>
    public abstract void Sign(HttpRequestMessage request, string name, byte[] body, string secret, string id, DateTimeOffset now);

    protected static string Hex(byte[] body, string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    protected static string List(IEnumerable<string> files) => string.Join(", ", files.Select(file => $"\"{file}\""));
}
