namespace Skyline.Server.Shell;

/// <summary>What an endpoint takes that its parameters do not tell, for the API's document (`Api/`).</summary>
/// <param name="What">The bytes that its body is.</param>
sealed record TakenBytes(string What);

/// <summary>A part of the query, true or false.</summary>
sealed record TakenFlag(string Name, string What);

static class OpenApiBodies
{
    /// <summary>Says in the API's document that the body is a file's bytes, without refusing clients that name their type otherwise.</summary>
    public static RouteHandlerBuilder TakesBytes(this RouteHandlerBuilder endpoint, string what) => endpoint.WithMetadata(new TakenBytes(what));

    public static RouteHandlerBuilder TakesFlag(this RouteHandlerBuilder endpoint, string name, string what) => endpoint.WithMetadata(new TakenFlag(name, what));
}
