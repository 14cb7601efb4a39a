using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Skyline.Protocol;

namespace Skyline.Cli.Terminal;

/// <summary>`skyline … list`: all of a kind, each as a row.</summary>
static class Listing
{
    /// <param name="row">What stands in its columns.</param>
    public static Command Make<T>(GlobalOptions global, string verb, string description, Func<SkylineClient, CancellationToken, Task<IReadOnlyList<T>>> all, JsonTypeInfo<IReadOnlyList<T>> json, string[] heads, Func<T, Session, string?[]> row)
    {
        var command = new Command(verb, description);
        global.Does(command, async (_, session, ct) =>
        {
            var found = await all(session.Client, ct);
            session.Screen.Result(found, json, to => Table.Write(to, heads, found.Select(one => row(one, session))));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>How long ago something was; "never" where it was not.</summary>
    public static string Since(this Session session, DateTimeOffset? at) => at is { } known ? Amounts.Ago(session.Time.GetUtcNow() - known) : "never";
}
