using System.CommandLine;
using System.Text.Json;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli;

/// <summary>The options that every command has, and what happens around every command: the one place where trouble gets its exit code.</summary>
sealed class GlobalOptions(Surroundings world)
{
    public Option<bool> Json { get; } = new("--json") { Description = "Answer with one JSON document on standard output", Recursive = true };

    public Option<string?> Server { get; } = new("--server") { Description = "The server, instead of the one logged in to (or SKYLINE_SERVER)", HelpName = "URL", Recursive = true };

    public Option<string?> TokenFile { get; } = new("--token-file") { Description = "Read the token from a file, - for standard input (or SKYLINE_TOKEN)", HelpName = "FILE", Recursive = true };

    public Option<string?> Authority { get; } = new("--ca") { Description = "The authority that the server's certificate must be of, in PEM (or SKYLINE_CA); login keeps it", HelpName = "FILE", Recursive = true };

    public void Does(Command command, Func<ParseResult, Session, CancellationToken, Task<ExitCode>> act) =>
        command.SetAction(async (parsed, ct) => (int)await Run(parsed, act, ct));

    async Task<ExitCode> Run(ParseResult parsed, Func<ParseResult, Session, CancellationToken, Task<ExitCode>> act, CancellationToken ct)
    {
        using var screen = new Screen(world, parsed.GetValue(Json));
        using var session = new Session(world, screen, parsed.GetValue(Server), parsed.GetValue(TokenFile), parsed.GetValue(Authority));
        try
        {
            return await act(parsed, session, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Fail(session, ExitCode.Interrupted, session.ComeBack() is { } hint ? $"Interrupted. {hint}" : "Interrupted.", null);
        }
        catch (Exception e) when (Trouble.Tell(e, session.Server) is { } told)
        {
            if (e is WaitsForApprovalException { Held: var held }) session.Found = new() { ["held"] = JsonSerializer.SerializeToNode(held, SkylineJson.Default.HeldChange) };
            return Fail(session, told.Code, told.Sentence, (e as RefusedException)?.Status);
        }
    }

    static ExitCode Fail(Session session, ExitCode code, string sentence, int? status)
    {
        session.Screen.Warn(Untrusted.Line(sentence));
        var error = new CliError((int)code, sentence, status);
        if (!session.Screen.Json || session.Screen.HasDocument) return code;
        if (session.Found is { } found)
        {
            found["error"] = JsonSerializer.SerializeToNode(error, CliJson.Default.CliError);
            session.Screen.Document(found, CliJson.Default.JsonObject);
        }
        else if (session.Builds.Count > 0) session.Screen.Document(new BuildsDocument(session.Builds, error), CliJson.Default.BuildsDocument);
        else session.Screen.Document(new ErrorDocument(error), CliJson.Default.ErrorDocument);
        return code;
    }
}
