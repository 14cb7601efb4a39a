using System.Text.Json.Nodes;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli;

/// <summary>One command's run: where its words go, and the server it talks to, connected when first asked for.</summary>
sealed class Session(Surroundings world, Screen screen, string? server, string? tokenFile, string? authorityFile = null) : IDisposable
{
    HttpClient? http;
    SkylineClient? client;

    public Surroundings World => world;

    public Screen Screen => screen;

    public TimeProvider Time => world.Time;

    /// <summary>What --server says, if it says something.</summary>
    public string? ServerOption => server;

    public string? TokenFile => tokenFile;

    /// <summary>The authority that the server's certificate must be of, in PEM; null: one that this machine trusts.</summary>
    public string? Authority { get; set; }

    /// <summary>As an option or the environment names it.</summary>
    public string? NamedAuthority() => (authorityFile ?? (world.Env("SKYLINE_CA") is { Length: > 0 } set ? set : null)) is { } file ? ServerAuthority.FromFile(file) : null;

    /// <summary>The server's address, once there is a connection.</summary>
    public Uri? Server => http?.BaseAddress;

    public SkylineClient Client => client ??= ConnectAsConfigured();

    /// <summary>The builds of this command, newest knowledge of each: its --json document has them however it ends.</summary>
    public List<BuildDetails> Builds { get; } = [];

    /// <summary>What the command has found out else: its --json document has it beside the error.</summary>
    public JsonObject? Found { get; set; }

    /// <summary>Said when the command is interrupted: what goes on, and how to come back to it.</summary>
    public Func<string?> ComeBack { get; set; } = () => null;

    public void Know(BuildDetails build)
    {
        lock (Builds)
        {
            var at = Builds.FindIndex(known => known.Id == build.Id);
            if (at < 0) Builds.Add(build);
            else Builds[at] = build;
        }
    }

    public SkylineClient Connect(Uri to, string? token)
    {
        http?.Dispose();
        http = OpenConnection.To(to, token, world.Time, screen.Warn, Authority);
        return client = new SkylineClient(http);
    }

    /// <summary>A connection of its own for one upload, to the same server as the same user.</summary>
    public HttpClient ConnectForUpload()
    {
        _ = Client;
        return OpenConnection.ForUpload(http!.BaseAddress!, http.DefaultRequestHeaders.Authorization?.Parameter, world.Time, screen.Warn, Authority);
    }

    public void Dispose() => http?.Dispose();

    /// <summary>
    /// Option before environment before saved login. The saved token goes to the server that it was saved for and to no other.
    /// </summary>
    SkylineClient ConnectAsConfigured()
    {
        Authority ??= NamedAuthority();
        var named = server ?? (world.Env("SKYLINE_SERVER") is { Length: > 0 } there ? there : null);
        var token = tokenFile is not null ? AccessToken.FromFile(tokenFile, world.In)
            : world.Env("SKYLINE_TOKEN") is { Length: > 0 } set ? AccessToken.Check(set, "SKYLINE_TOKEN") : null;
        if (named is not null && token is not null) return Connect(ServerAddress.Parse(named), token);

        var saved = SavedLogin.Load(world);
        var address = ServerAddress.Parse(named ?? saved?.Server
            ?? throw StopException.Usage("Which server? Log in first (skyline login https://build.example.org), or set SKYLINE_SERVER."));
        if (token is null && saved is not null && ServerAddress.Parse(saved.Server) == address) token = AccessToken.Check(saved.Token, "the saved login");
        if (saved is not null && ServerAddress.Parse(saved.Server) == address) Authority ??= saved.Authority;
        return Connect(address, token);
    }
}
