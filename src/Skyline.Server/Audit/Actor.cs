using Microsoft.AspNetCore.Routing;
using Skyline.Server.People;

namespace Skyline.Server.Audit;

enum ActorKind
{
    /// <summary>By itself: the clock, and what follows from what somebody did before.</summary>
    Server,
    Person,
    Builder,
    /// <summary>A command on the host, whether the server runs or not.</summary>
    Host,
    /// <summary>Who has not signed in.</summary>
    Nobody,
}

/// <summary>
/// On whose behalf something is written, and from where. A request's is set at the door and goes along with all that it awaits; a write takes it
/// along to whichever thread carries it out (<see cref="Storage.Database.Write{T}"/>). Without one it is the server by itself.
/// </summary>
sealed class Actor
{
    const int LongestAgent = 200;
    static readonly AsyncLocal<Actor?> current = new();

    public static Actor? Current { get => current.Value; set => current.Value = value; }

    public static readonly Actor Server = new() { Kind = ActorKind.Server, Name = "skyline" };

    public required ActorKind Kind { get; init; }
    public required string Name { get; init; }
    public long? Id { get; init; }
    public string? With { get; init; }
    public string? Address { get; init; }
    public string? Agent { get; init; }

    /// <summary>Method and pattern, never what stood in their places: an address may hold a secret.</summary>
    public string? Door { get; init; }

    /// <summary>What the address named: "fedora-43 hello".</summary>
    public string Named { get; init; } = "";

    /// <summary>Nothing that comes in by this door is a change (<see cref="NoChange"/>).</summary>
    public bool IsNoChange { get; init; }

    /// <summary>Whether something was noted of it already.</summary>
    public bool Noted { get; set; }

    /// <summary>A request whose every change must be noted, by hand or, where nobody thought of it, by itself.</summary>
    public bool MustNote => Kind is ActorKind.Person or ActorKind.Nobody or ActorKind.Host && !IsNoChange && !Noted;

    /// <summary>What a second person has agreed to, and this is the carrying out of.</summary>
    public Approvals.Agreed? Agreed { get; private init; }

    /// <summary>The same place, for somebody who asked before and for whom this one agrees now.</summary>
    public Actor For(CallerIdentity maker, string with, Approvals.Agreed agreed) =>
        new() { Kind = ActorKind.Person, Name = maker.Name!, Id = maker.PersonId, With = with, Address = Address, Agent = Agent, Door = Door, Agreed = agreed };

    public static Actor Of(HttpContext http)
    {
        var (identity, endpoint) = (http.User.Identity as CallerIdentity, http.GetEndpoint());
        return new()
        {
            Kind = identity switch { { BuilderId: not null } => ActorKind.Builder, { PersonId: not null } => ActorKind.Person, _ => ActorKind.Nobody },
            Name = identity?.Name ?? "nobody",
            Id = identity?.PersonId ?? identity?.BuilderId,
            With = identity switch { { SessionId: { } session } => $"session {session}", { TokenId: { } token } => $"token {token}", _ => null },
            Address = http.Connection.RemoteIpAddress?.ToString(),
            Agent = http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent.Length > LongestAgent ? agent[..LongestAgent] : agent : null,
            Door = endpoint is RouteEndpoint route ? $"{http.Request.Method} /{route.RoutePattern.RawText?.Trim('/')}" : null,
            // (An invitation's or a webhook's secret is never a name.)
            Named = endpoint?.Metadata.GetMetadata<NoChangeAttribute>() is null ? string.Join(' ', http.Request.RouteValues.Where(value => value.Key is "tag" or "name" or "id" or "build" or "package").Select(value => value.Value)) : "",
            IsNoChange = endpoint?.Metadata.GetMetadata<NoChangeAttribute>() is not null,
        };
    }

    /// <summary>Whoever runs the command there.</summary>
    public static Actor OnHost(string command) =>
        new() { Kind = ActorKind.Host, Name = Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 and < 100 } sudo ? $"{sudo} (as {Environment.UserName})" : Environment.UserName, Door = $"skyline-server {command}" };
}
