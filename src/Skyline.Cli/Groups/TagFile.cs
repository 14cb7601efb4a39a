using Skyline.Cli.Terminal;

namespace Skyline.Cli.Groups;

/// <summary>A file of a tag, printed: as it is into a pipe, made harmless on a terminal.</summary>
static class TagFile
{
    public static async Task<ExitCode> Print(Session session, string tag, Stream file, CancellationToken ct)
    {
        using var reader = new StreamReader(file);
        var text = await reader.ReadToEndAsync(ct);
        session.Screen.Result(new TagFileDocument(tag, text), CliJson.Default.TagFileDocument, to => to.Write(session.Screen.OutIsTerminal ? Untrusted.Text(text) : text));
        return ExitCode.Ok;
    }
}
